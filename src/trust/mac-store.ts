import type { Execute } from '../base/process.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import { type FoundRoot, quoted, type Root, rootSubject, type TrustStore, type Undo } from './store.ts';

/** By its path: sudo keeps the user's PATH on macOS. */
const securityTool = '/usr/bin/security';

/** The system keychain of macOS. Written from `man security`; not covered by our tests. */
export class MacSystemStore implements TrustStore {
  readonly name = 'system';
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  isTested(): boolean {
    return false;
  }

  async find(): Promise<string[]> {
    return ['/Library/Keychains/System.keychain'];
  }

  async has(location: string, { fingerprint }: Pick<Root, 'fingerprint'>): Promise<boolean> {
    const found = await this.#execute(securityTool, ['find-certificate', '-a', '-Z', location]);
    return found.stdout.toLowerCase().includes(fingerprint);
  }

  async list(location: string): Promise<FoundRoot[]> {
    const found = await this.#execute(securityTool, ['find-certificate', '-a', '-c', rootSubject, '-Z', location]);
    return [...found.stdout.matchAll(/^SHA-256 hash: ([0-9A-F]{64})$/gm)].map(([, hash]) => ({
      fingerprint: hash!.toLowerCase(),
      command: `sudo security delete-certificate -Z ${hash} ${quoted(location)}`,
    }));
  }

  async prepare(): Promise<Undo> {
    return {};
  }

  async install(location: string, root: Root): Promise<void> {
    await withCertificateFile(root.pem, async (file) => {
      const args = ['add-trusted-cert', '-d', '-r', 'trustRoot', '-k', location, file];
      requireSuccess(await this.#execute(securityTool, args), 'security');
    });
  }

  async uninstall(location: string, fingerprint: string): Promise<void> {
    requireSuccess(
      await this.#execute(securityTool, ['delete-certificate', '-Z', fingerprint.toUpperCase(), location]),
      'security',
    );
  }
}
