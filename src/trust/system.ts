import { access, constants, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import type { Execute } from '../base/process.ts';
import { trustError } from './messages.ts';
import { idle, requireSuccess } from './run.ts';
import {
  certificatesIn,
  type FoundRoot,
  labelOf,
  quoted,
  type Root,
  rootSubject,
  type TrustStore,
  type Undo,
} from './store.ts';

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
  /** File to which an interrupted update wrote. The next one would append to it, and so bring back a removed root. */
  leftover?: string;
  /** Stores that the update fills from the bundle. */
  derived?: readonly string[];
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
    leftover: '/etc/ssl/certs/ca-certificates.crt.new',
    derived: ['/etc/ssl/certs/java/cacerts'],
    isTested: true,
  },
  {
    // Fedora, RHEL
    anchors: '/etc/pki/ca-trust/source/anchors',
    extension: '.pem',
    update: ['update-ca-trust', 'extract'],
    bundle: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    derived: ['/etc/pki/ca-trust/extracted/java/cacerts'],
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

/** An update that began before our change can end after it, and then writes the old state. */
const mostUpdates = 3;

/** The system store, which curl, git, OpenSSL, Go and most other programs on Linux read. */
export class LinuxSystemStore implements TrustStore {
  readonly name = 'system';
  readonly #execute: Execute;
  readonly #layouts: readonly SystemLayout[];

  constructor(execute: Execute, layouts: readonly SystemLayout[] = linuxLayouts) {
    this.#execute = execute;
    this.#layouts = layouts;
  }

  isTested(location: string): boolean {
    return this.#layoutOf(location).isTested;
  }

  async find(): Promise<string[]> {
    for (const { anchors } of this.#layouts) if (await stat(anchors).catch(() => undefined)) return [anchors];
    throw trustError('trust.tool-missing', { tool: 'ca-certificates', store: this.name });
  }

  async has(location: string, { fingerprint }: Pick<Root, 'fingerprint'>): Promise<boolean> {
    return (await this.#trusted(location)).some((one) => one.fingerprint === fingerprint);
  }

  async list(location: string): Promise<FoundRoot[]> {
    const { leftover, update } = this.#layoutOf(location);
    const added = await this.#added(location);
    const ours = [...(await this.#trusted(location)), ...added].filter(({ der }) => der.includes(rootSubject));
    return [...Map.groupBy(ours, ({ fingerprint }) => fingerprint).keys()].map((fingerprint) => {
      const files = added.filter((one) => one.fingerprint === fingerprint).map(({ file }) => file);
      const remove = [...files, ...(leftover === undefined ? [] : [leftover])].map(quoted).join(' ');
      const first = remove === '' ? '' : `sudo rm -f ${remove} && `;
      return { fingerprint, command: `${first}sudo ${update.join(' ')}` };
    });
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
    const known = [...(await this.#added(location)), ...(await this.#trusted(location))];
    const der = known.find((one) => one.fingerprint === fingerprint)?.der;
    try {
      await rm(file);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, file);
    }
    const { links, hooks, derived = [] } = this.#layoutOf(location);
    const link = `${labelOf(fingerprint)}.pem`;
    if (links !== undefined) await removeLinks(links, link);
    for (let updates = 0; updates < mostUpdates; updates += 1) {
      await this.#update(location);
      if (!(await this.has(location, { fingerprint }))) break;
    }
    if (links !== undefined && hooks !== undefined) await this.#tellHooks(hooks, path.join(links, link));
    // A hook's exit code does not tell: read what Java reads. Its stores contain certificates as they are.
    for (const store of der === undefined ? [] : derived) {
      const bytes = await readFile(store).catch(() => undefined);
      if (bytes?.includes(der!) !== true) continue;
      const command = `sudo keytool -delete -alias ${quoted(`debian:${link}`)} -keystore ${quoted(store)} -storepass changeit`;
      throw trustError('trust.still-there', { store: 'java', location: store, command });
    }
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
    const { update, leftover } = this.#layoutOf(location);
    const [program, ...args] = update;
    await idle(program);
    if (leftover !== undefined) {
      await rm(leftover, { force: true }).catch((error: unknown) => {
        throw fileError(error, leftover);
      });
    }
    requireSuccess(await this.#execute(program, args), program);
  }

  /** The roots in the bundle. */
  async #trusted(location: string): Promise<{ der: Buffer; fingerprint: string }[]> {
    return certificatesIn(await readFile(this.#layoutOf(location).bundle, 'latin1').catch(() => ''));
  }

  /** The roots in the administrator's folder. */
  async #added(location: string): Promise<{ der: Buffer; fingerprint: string; file: string }[]> {
    const entries = await readdir(location, { recursive: true, encoding: 'utf8' }).catch(() => []);
    const files = entries.map((entry) => path.join(location, entry));
    const read = files.map(async (file) =>
      certificatesIn(await readFile(file, 'latin1').catch(() => '')).map((one) => ({ ...one, file })),
    );
    return (await Promise.all(read)).flat();
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
