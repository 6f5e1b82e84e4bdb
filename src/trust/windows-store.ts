import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Execute } from '../base/process.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import { type FoundRoot, type Root, rootSubject, type TrustStore, type Undo } from './store.ts';

/** `certutil`'s options for each location. */
const locations: Record<string, readonly string[]> = { 'LocalMachine\\Root': [], 'CurrentUser\\Root': ['-user'] };

/** Programs by their path: the current folder or PATH may hold others of the same name. */
const system32 = path.win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
const certutil = path.win32.join(system32, 'certutil.exe');
const net = path.win32.join(system32, 'net.exe');
const powershell = path.win32.join(system32, 'WindowsPowerShell', 'v1.0', 'powershell.exe');

/**
 * The root store of Windows, which Edge, Chrome, Firefox (since 120), curl and .NET read. Written from the documentation of certutil
 * and PowerShell; tested only with a stand-in for both.
 */
export class WindowsSystemStore implements TrustStore {
  readonly name = 'system';
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  isTested(): boolean {
    return false;
  }

  /** The machine's store needs an elevated prompt. For the user's, Windows asks in a window. */
  async find(): Promise<string[]> {
    const { code } = await this.#execute(net, ['session']);
    return [code === 0 ? 'LocalMachine\\Root' : 'CurrentUser\\Root'];
  }

  async has(location: string, { fingerprint }: Pick<Root, 'fingerprint'>): Promise<boolean> {
    return (await this.#read(location)).some((one) => one.fingerprint === fingerprint);
  }

  async list(location: string): Promise<FoundRoot[]> {
    const ours = (await this.#read(location)).filter(({ der }) => der.includes(rootSubject));
    return ours.map(({ der, fingerprint }) => ({
      fingerprint,
      command: ['certutil', ...(locations[location] ?? []), '-delstore', 'Root', thumbprint(der)].join(' '),
    }));
  }

  async prepare(): Promise<Undo> {
    return {};
  }

  async install(location: string, { pem }: Root): Promise<void> {
    await withCertificateFile(pem, async (file) => {
      requireSuccess(await this.#certutil(location, '-addstore', 'Root', file), 'certutil');
    });
  }

  async uninstall(location: string, fingerprint: string): Promise<void> {
    const found = (await this.#read(location)).find((one) => one.fingerprint === fingerprint);
    if (!found) return;
    requireSuccess(await this.#certutil(location, '-delstore', 'Root', thumbprint(found.der)), 'certutil');
  }

  /** certutil's own list is in the language of Windows. */
  async #read(location: string): Promise<{ der: Buffer; fingerprint: string }[]> {
    const command = `Get-ChildItem Cert:\\${location} | ForEach-Object { [Convert]::ToBase64String($_.RawData) }`;
    const args = ['-NoProfile', '-NonInteractive', '-Command', command];
    const { stdout } = requireSuccess(await this.#execute(powershell, args), 'powershell');
    return stdout
      .split(/\s+/)
      .filter((line) => line !== '')
      .map((line) => {
        const der = Buffer.from(line, 'base64');
        return { der, fingerprint: createHash('sha256').update(der).digest('hex') };
      });
  }

  #certutil(location: string, ...args: string[]): ReturnType<Execute> {
    return this.#execute(certutil, [...(locations[location] ?? []), ...args]);
  }
}

/** Windows names certificates by SHA-1. */
function thumbprint(der: Buffer): string {
  return createHash('sha1').update(der).digest('hex');
}
