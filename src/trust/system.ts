import { access, constants, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import type { Execute } from '../base/process.ts';
import { trustError } from './messages.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import { labelOf, pemBodies, type Root, type TrustStore, type Undo } from './store.ts';

/** How to add a root to one family of systems. */
export interface SystemLayout {
  /** The folder for roots that an administrator adds. */
  anchors: string;
  extension: '.crt' | '.pem';
  /** Rebuilds the bundle. */
  update: readonly [program: string, ...args: string[]];
  bundle: string;
  /** Folder where the update creates a link to each root, and leaves it behind when the root is removed. */
  links?: string;
  /** Folder of programs to notify of a removed root, because the update does not notice the removal. */
  hooks?: string;
  /** false: written from documentation. */
  isTested: boolean;
}

/** The first layout whose folder exists applies. */
export const linuxLayouts: readonly SystemLayout[] = [
  {
    // Debian, Ubuntu, Alpine
    anchors: '/usr/local/share/ca-certificates',
    extension: '.crt',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    links: '/etc/ssl/certs',
    hooks: '/etc/ca-certificates/update.d',
    isTested: true,
  },
  {
    // Fedora, RHEL
    anchors: '/etc/pki/ca-trust/source/anchors',
    extension: '.pem',
    update: ['update-ca-trust', 'extract'],
    bundle: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    isTested: false,
  },
  {
    // Arch
    anchors: '/etc/ca-certificates/trust-source/anchors',
    extension: '.crt',
    update: ['update-ca-trust'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    isTested: false,
  },
  {
    // openSUSE, SLES
    anchors: '/etc/pki/trust/anchors',
    extension: '.pem',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/ca-bundle.pem',
    isTested: false,
  },
];

/** The system store, which curl, git, OpenSSL, Go and most other programs on Linux read. */
export class LinuxSystemStore implements TrustStore {
  readonly name = 'system';
  readonly #execute: Execute;
  readonly #layouts: readonly SystemLayout[];

  constructor(execute: Execute, layouts: readonly SystemLayout[] = linuxLayouts) {
    this.#execute = execute;
    this.#layouts = layouts;
  }

  async find(): Promise<string[]> {
    for (const { anchors } of this.#layouts) if (await stat(anchors).catch(() => undefined)) return [anchors];
    throw trustError('trust.tool-missing', { tool: 'ca-certificates', store: this.name });
  }

  async has(location: string, root: Root): Promise<boolean> {
    const bundle = await readFile(this.#layoutOf(location).bundle, 'latin1').catch(() => '');
    const [wanted] = pemBodies(root.pem);
    return pemBodies(bundle).includes(wanted!);
  }

  async prepare(location: string): Promise<Undo> {
    await access(location, constants.W_OK).catch((error: unknown) => {
      throw fileError(error, location);
    });
    return {};
  }

  async install(location: string, root: Root): Promise<void> {
    await writeFileAtomic(this.#fileOf(location, root.fingerprint), root.pem, { mode: 0o644 });
    await this.#update(location);
  }

  async uninstall(location: string, fingerprint: string): Promise<void> {
    const file = this.#fileOf(location, fingerprint);
    try {
      await rm(file);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, file);
    }
    const { links, hooks } = this.#layoutOf(location);
    const link = `${labelOf(fingerprint)}.pem`;
    if (links !== undefined) await removeLinks(links, link);
    await this.#update(location);
    if (links !== undefined && hooks !== undefined) await this.#tellHooks(hooks, path.join(links, link));
  }

  /** Same input as from `update-ca-certificates`. Debian's Java hook removes a root from Java's store only on this input. */
  async #tellHooks(folder: string, link: string): Promise<void> {
    for (const name of await readdir(folder).catch(() => [])) {
      const hook = path.join(folder, name);
      requireSuccess(await this.#execute(hook, [], { input: `-${link}\n` }), hook);
    }
  }

  #fileOf(location: string, fingerprint: string): string {
    return path.join(location, labelOf(fingerprint) + this.#layoutOf(location).extension);
  }

  #layoutOf(location: string): SystemLayout {
    return this.#layouts.find(({ anchors }) => anchors === location) ?? this.#layouts[0]!;
  }

  async #update(location: string): Promise<void> {
    const [program, ...args] = this.#layoutOf(location).update;
    requireSuccess(await this.#execute(program, args), program);
  }
}

/** Removes the link `name` and the hashed links that point to it. */
async function removeLinks(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const file = path.join(folder, entry);
    const target = await readlink(file).catch(() => undefined);
    if (target === name || (entry === name && target !== undefined)) await rm(file);
  }
}

/** The system keychain of macOS. Written from `man security`; not covered by our tests. */
export class MacSystemStore implements TrustStore {
  readonly name = 'system';
  readonly #execute: Execute;

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  async find(): Promise<string[]> {
    return ['/Library/Keychains/System.keychain'];
  }

  async has(location: string, root: Root): Promise<boolean> {
    const found = await this.#execute('security', ['find-certificate', '-a', '-Z', location]);
    return found.stdout.toLowerCase().includes(root.fingerprint);
  }

  async prepare(): Promise<Undo> {
    return {};
  }

  async install(location: string, root: Root): Promise<void> {
    await withCertificateFile(root.pem, async (file) => {
      const args = ['add-trusted-cert', '-d', '-r', 'trustRoot', '-k', location, file];
      requireSuccess(await this.#execute('security', args), 'security');
    });
  }

  async uninstall(location: string, fingerprint: string): Promise<void> {
    requireSuccess(
      await this.#execute('security', ['delete-certificate', '-Z', fingerprint.toUpperCase(), location]),
      'security',
    );
  }
}
