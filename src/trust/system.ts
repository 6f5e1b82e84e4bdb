import { access, constants, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import type { Execute } from '../base/process.ts';
import { trustError } from './messages.ts';
import { required, withFile } from './run.ts';
import { labelOf, pemBodies, type Root, type TrustStore, type Undo } from './store.ts';

/** How a family of systems is given a root. `seen`: tried by our tests; else written from its documentation. */
export interface SystemLayout {
  /** The folder for roots that an administrator adds. */
  anchors: string;
  extension: '.crt' | '.pem';
  /** Makes the bundle anew. */
  update: readonly [program: string, ...args: string[]];
  bundle: string;
  /** Where the update links each root to, and leaves the link behind when the root is gone. */
  links?: string;
  /** Programs that the update tells of a root that is gone; only, it does not see that one is. */
  hooks?: string;
  seen: boolean;
}

/** The first whose folder exists counts. */
export const linuxLayouts: readonly SystemLayout[] = [
  {
    // Debian, Ubuntu, Alpine
    anchors: '/usr/local/share/ca-certificates',
    extension: '.crt',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    links: '/etc/ssl/certs',
    hooks: '/etc/ca-certificates/update.d',
    seen: true,
  },
  {
    // Fedora, RHEL
    anchors: '/etc/pki/ca-trust/source/anchors',
    extension: '.pem',
    update: ['update-ca-trust', 'extract'],
    bundle: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    seen: false,
  },
  {
    // Arch
    anchors: '/etc/ca-certificates/trust-source/anchors',
    extension: '.crt',
    update: ['update-ca-trust'],
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    seen: false,
  },
  {
    // openSUSE, SLES
    anchors: '/etc/pki/trust/anchors',
    extension: '.pem',
    update: ['update-ca-certificates'],
    bundle: '/etc/ssl/ca-bundle.pem',
    seen: false,
  },
];

/** The store that curl, git, OpenSSL, Go and most programs of a Linux system read. */
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

  /** As `update-ca-certificates` tells them; Debian's puts every root into Java's store, and takes it out only so. */
  async #tellHooks(folder: string, link: string): Promise<void> {
    for (const name of await readdir(folder).catch(() => [])) {
      const hook = path.join(folder, name);
      required(await this.#execute(hook, [], { input: `-${link}\n` }), hook);
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
    required(await this.#execute(program, args), program);
  }
}

/** The link of that name, and the hashed names that point at it. */
async function removeLinks(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    const file = path.join(folder, entry);
    const target = await readlink(file).catch(() => undefined);
    if (target === name || (entry === name && target !== undefined)) await rm(file);
  }
}

/** macOS's system keychain; written from `man security`, not tried by our tests. */
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
    await withFile(root.pem, async (file) => {
      const args = ['add-trusted-cert', '-d', '-r', 'trustRoot', '-k', location, file];
      required(await this.#execute('security', args), 'security');
    });
  }

  async uninstall(location: string, fingerprint: string): Promise<void> {
    required(
      await this.#execute('security', ['delete-certificate', '-Z', fingerprint.toUpperCase(), location]),
      'security',
    );
  }
}
