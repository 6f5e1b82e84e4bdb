import type { Execute } from '../../../base/process.ts';
import { defineDnsProvider } from '../definition.ts';
import { dns01Error } from '../messages.ts';
import type { DnsProvider } from '../provider.ts';

export interface ExecHookOptions {
  /** Absolute path. */
  program: string;
  /** Added to the program's environment, such as credentials; never shown. */
  env?: Record<string, string>;
  /** Default 120 s. */
  timeoutMs?: number;
  execute: Execute;
  /** The program inherits only basic variables of it, such as PATH and HOME. */
  environment: Record<string, string | undefined>;
}

const passedOn = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];
/** Maximum length of the program's output in an error message, in characters. */
const longestOutput = 500;

/**
 * A program that changes DNS records, with the contract of lego's exec provider: `PROGRAM present|cleanup FQDN VALUE`,
 * where FQDN ends with a dot. Exit code 0 means success.
 */
export class ExecHookProvider implements DnsProvider {
  readonly name: string;
  readonly #options: ExecHookOptions;

  constructor(options: ExecHookOptions) {
    this.#options = options;
    this.name = `exec ${options.program}`;
  }

  present(fqdn: string, value: string): Promise<void> {
    return this.#run('present', fqdn, value);
  }

  cleanup(fqdn: string, value: string): Promise<void> {
    return this.#run('cleanup', fqdn, value);
  }

  /** @throws EveryhopError `acme-dns.hook-failed`, `program.missing`, `program.timeout` */
  async #run(action: 'present' | 'cleanup', fqdn: string, value: string): Promise<void> {
    const { program, execute, environment, timeoutMs = 120_000, env = {} } = this.#options;
    const passed = passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
    const name = `${fqdn}.`;
    const options = { env: { ...Object.fromEntries(passed), ...env }, timeoutMs };
    const { code, signal, stdout, stderr } = await execute(program, [action, name, value], options);
    if (code === 0) return;
    const output = this.#presentable(stderr.trim() || stdout.trim());
    const ending = code === null ? String(signal) : `exit code ${code}`;
    throw dns01Error('acme-dns.hook-failed', { program, action, name, ending, output });
  }

  /** The end of the output on one line, with the values from `env` redacted. */
  #presentable(text: string): string {
    let result = text;
    for (const secret of Object.values(this.#options.env ?? {})) {
      if (secret.length >= 4) result = result.replaceAll(secret, '[redacted]');
    }
    return result
      .replaceAll(/[\s\p{C}]+/gu, ' ')
      .trim()
      .slice(-longestOutput);
  }
}

export default defineDnsProvider({
  id: 'exec',
  title: { en: "a program with lego's contract", zh: '遵循 lego 约定的程序' },
  settings: {
    EXEC_PATH: {
      kind: 'file',
      description: {
        en: 'program that Everyhop calls as PROGRAM present|cleanup FQDN VALUE',
        zh: '由 Everyhop 以 PROGRAM present|cleanup FQDN VALUE 形式调用的程序',
      },
    },
  },
  open: ({ EXEC_PATH }, { execute, env }) => new ExecHookProvider({ program: EXEC_PATH, execute, environment: env }),
});
