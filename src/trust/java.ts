import { createHash } from 'node:crypto';
import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileError, writeFileAtomic } from '../base/files.ts';
import type { Execute } from '../base/process.ts';
import { currentRunner, type Runner } from '../store/folder-owner.ts';
import { foreignAmong } from '../store/program-owner.ts';
import { trustError } from './messages.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import { type FoundRoot, labelOf, quoted, type Root, type TrustStore, type Undo } from './store.ts';

/** Default password of every JDK's store. */
const password = 'changeit';

/** The `cacerts` files of JAVA_HOME and of the java on the PATH. Java's keytool changes them. */
export class JavaStore implements TrustStore {
  readonly name = 'java';
  readonly #execute: Execute;
  readonly #env: NodeJS.ProcessEnv;
  readonly #runner: Runner;

  /** @param env its PATH names only folders whose programs this user may start. */
  constructor(execute: Execute, env: NodeJS.ProcessEnv, runner: Runner = currentRunner(env)) {
    this.#execute = execute;
    this.#env = env;
    this.#runner = runner;
  }

  /** Empty without Java, which is not an error. */
  async find(): Promise<string[]> {
    const homes = [this.#env['JAVA_HOME'], await this.#homeOfPath()].filter(
      (home) => home !== undefined && home !== '',
    );
    const found = new Set<string>();
    for (const home of homes) {
      for (const inside of ['lib/security/cacerts', 'jre/lib/security/cacerts']) {
        const file = await realpath(path.join(home!, inside)).catch(() => undefined);
        if (file !== undefined) found.add(file);
      }
    }
    return [...found];
  }

  async has(location: string, { fingerprint }: Pick<Root, 'fingerprint'>): Promise<boolean> {
    return (await this.#entries(location)).some((entry) => entry.fingerprint === fingerprint);
  }

  async list(location: string): Promise<FoundRoot[]> {
    // Debian's own hook names the entries after the files: debian:everyhop-….pem
    const ours = (await this.#entries(location)).filter(({ alias }) => /\beveryhop-[\da-f]{16}\b/.test(alias));
    return ours.map(({ alias, fingerprint }) => ({
      fingerprint,
      command: `sudo keytool -delete -alias ${quoted(alias)} -keystore ${quoted(location)} -storepass ${password}`,
    }));
  }

  async prepare(location: string, _root: Root, older?: Undo): Promise<Undo> {
    await access(location, constants.W_OK).catch((error: unknown) => {
      throw fileError(error, location);
    });
    // keytool rewrites the entire file with a new salt, so only the old bytes restore it exactly.
    const bytes = await readFile(location);
    if (older?.['after'] === digest(bytes)) return { before: older['before']! };
    return { before: bytes.toString('base64') };
  }

  async install(location: string, root: Root): Promise<void> {
    await withCertificateFile(root.pem, async (file) => {
      const args = [
        '-importcert',
        '-noprompt',
        '-alias',
        labelOf(root.fingerprint),
        '-file',
        file,
        '-keystore',
        location,
      ];
      requireSuccess(await this.#keytool(args), 'keytool');
    });
  }

  async uninstall(location: string, fingerprint: string, undo: Undo): Promise<void> {
    const bytes = await readFile(location).catch(() => undefined);
    if (!bytes) return;
    const label = labelOf(fingerprint);
    if (!(await this.#entries(location)).some(({ alias }) => alias === label)) return;
    if (undo['after'] === digest(bytes) && typeof undo['before'] === 'string') {
      const { mode } = await stat(location);
      await writeFileAtomic(location, Buffer.from(undo['before'], 'base64'), { mode: mode & 0o777 });
    } else requireSuccess(await this.#keytool(['-delete', '-alias', label, '-keystore', location]), 'keytool');
  }

  /** Records the file's digest after `install`. If it is unchanged at uninstall, the old bytes are restored. */
  async conclude(location: string, undo: Undo): Promise<Undo> {
    return { ...undo, after: digest(await readFile(location)) };
  }

  async #entries(location: string): Promise<{ alias: string; fingerprint: string }[]> {
    // Gone with its Java.
    if ((await stat(location).catch(() => undefined)) === undefined) return [];
    const listed = requireSuccess(await this.#keytool(['-list', '-keystore', location]), 'keytool');
    const rows = listed.stdout.matchAll(/^(.+?), .+trustedCertEntry.*\n.*?: ([\dA-F:]{95})/gm);
    return [...rows].map(([, alias, colons]) => ({
      alias: alias!,
      fingerprint: colons!.replaceAll(':', '').toLowerCase(),
    }));
  }

  async #homeOfPath(): Promise<string | undefined> {
    for (const folder of (this.#env['PATH'] ?? '').split(path.delimiter)) {
      const java = await realpath(path.join(folder, 'java')).catch(() => undefined);
      if (java !== undefined) return path.dirname(path.dirname(java));
    }
    return undefined;
  }

  /** @throws EveryhopError `trust.foreign-java` for root, if others can change that Java. */
  async #keytool(args: string[]): ReturnType<Execute> {
    const own = path.join(this.#env['JAVA_HOME'] ?? '', 'bin/keytool');
    const program = await access(own, constants.X_OK).then(
      () => own,
      () => 'keytool',
    );
    const store = args[args.indexOf('-keystore') + 1]!;
    const files = program === own ? [own, store] : [store];
    const [foreign] = this.#runner.uid === 0 ? foreignAmong({ files }, this.#runner) : [];
    if (foreign && !foreign.isSudoUser) throw trustError('trust.foreign-java', { at: foreign.at, who: foreign.who });
    const env = { ...this.#env, LC_ALL: 'C', JAVA_TOOL_OPTIONS: '' };
    return this.#execute(program, [...args, '-storepass', password], { env });
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
