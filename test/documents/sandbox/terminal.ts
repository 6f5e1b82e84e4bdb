/** A terminal of the reader: one shell that keeps its folder, variables and aliases, and long-running programs in others. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Result {
  code: number;
  output: string;
}

/** A program that runs until it is stopped, and the line that it prints once it works. */
const lasting: readonly [RegExp, RegExp][] = [
  [
    /(?:^|\s)(?:everyhop|everyhop --) up\b(?!.* --help)|^npm start\b|^npx everyhop up\b/,
    /^Everyhop \S+ (?:serves|正在提供服务)$/m,
  ],
  [/^(?:sudo )?caddy run\b/, /certificate obtained successfully/],
];

interface Running {
  command: string;
  child: ChildProcess;
  output: string;
}

export function isLasting(command: string): boolean {
  return lasting.some(([pattern]) => pattern.test(command));
}

export class Terminal {
  readonly #shell: ChildProcess;
  readonly #env: Record<string, string>;
  #pending = '';
  #heard: () => void = () => {};
  #folder: string;
  #alias = '';
  readonly #running: Running[] = [];

  constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.#env = env;
    this.#shell = spawn('bash', ['--norc'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#shell.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#pending += text;
      this.#heard();
    });
    this.#shell.stdin!.write('shopt -s expand_aliases\n');
  }

  async run(command: string): Promise<Result> {
    const found = lasting.find(([pattern]) => pattern.test(command));
    if (found) return this.#start(command, found[1]);
    const result = await this.#ask(command);
    if (command.startsWith('alias ')) this.#alias += `${command}\n`;
    if (command.startsWith('cd ')) this.#folder = (await this.#ask('pwd')).output.trim();
    return result;
  }

  async #ask(command: string): Promise<Result> {
    this.#pending = '';
    this.#shell.stdin!.write(`{ ${command}\n} 2>&1 </dev/null; printf '\\n\\001%s\\n' $?\n`);
    for (;;) {
      const end = /\n\u0001(\d+)\n$/.exec(this.#pending);
      if (end) return { code: Number(end[1]), output: this.#pending.slice(0, end.index) };
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  /** Stops what runs on the same ports, as a reader does who tries the next example. */
  async #start(command: string, ready: RegExp): Promise<Result> {
    const ended = await this.stop(/caddy/.test(command) ? /caddy/ : /everyhop|npm/);
    if (ended.code !== 0) return ended;
    const script = `shopt -s expand_aliases\n${this.#alias}${command.replace(/\s#.*$/, '')}`;
    const options = { cwd: this.#folder, env: this.#env, detached: true } as const;
    const child = spawn('bash', ['--norc', '-c', script], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const running: Running = { command, child, output: '' };
    const code = await new Promise<number>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          running.output += text;
          if (ready.test(running.output)) resolve(0);
          this.#heard();
        });
      }
      child.on('close', (ending) => resolve(ending ?? 1));
    });
    if (code === 0) this.#running.push(running);
    return { code, output: running.output };
  }

  /** Waits until the last long-running program has printed this. @returns all that it printed. */
  async printed(isWhole: (output: string) => boolean): Promise<string> {
    const running = this.#running.at(-1);
    const limit = AbortSignal.timeout(120_000);
    if (!running) return '';
    while (!isWhole(running.output) && !limit.aborted) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        limit.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return running.output;
  }

  /** Presses Ctrl-C. */
  async stop(which: RegExp): Promise<Result> {
    for (const one of this.#running.filter(({ command }) => which.test(command))) {
      this.#running.splice(this.#running.indexOf(one), 1);
      const closed = once(one.child, 'close') as Promise<[number | null, string | null]>;
      process.kill(-one.child.pid!, 'SIGINT');
      const [code, signal] = await closed;
      const failed = /^✗.*/m.exec(one.output);
      if (failed) return { code: 1, output: `${one.command}: ${one.output}` };
      if (code !== 0 && signal !== 'SIGINT')
        return { code: code ?? 1, output: `${one.command}: Ctrl-C ended it with ${code}` };
    }
    return { code: 0, output: '' };
  }
}
