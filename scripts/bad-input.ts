/**
 * Runs Everyhop with common mistakes, as real processes in both languages, and writes its answers to docs/bad-input.md.
 * `test/acceptance/bad-input.test.ts` runs the same table and checks the codes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../bin/everyhop.js');

export interface Prepared {
  args: string[];
  /** Releases what `prepare` acquired. */
  undo?: () => Promise<void>;
}

export interface BadInput {
  what: string;
  /** The expected codes, in any order. */
  codes: string[];
  exit: 1 | 2;
  /** `folder` is empty and for this case alone; `state` is a path in it that does not exist yet. */
  prepare: (folder: string, state: string) => Promise<Prepared> | Prepared;
}

function wrongArguments(what: string, code: string, ...args: string[]): BadInput {
  return { what, codes: [code], exit: 2, prepare: () => ({ args }) };
}

function wrongUp(what: string, code: string, ...args: string[]): BadInput {
  return { what, codes: [code], exit: 2, prepare: (_, state) => ({ args: ['up', ...args, '--state', state] }) };
}

function wrongFile(what: string, codes: string[], content: string | Buffer): BadInput {
  return {
    what,
    codes,
    exit: 2,
    async prepare(folder, state) {
      await writeFile(path.join(folder, 'everyhop.yaml'), content);
      return { args: ['up', '--config', path.join(folder, 'everyhop.yaml'), '--state', state] };
    },
  };
}

export const badInputs: BadInput[] = [
  wrongArguments('no command', 'cli.no-command'),
  wrongArguments('a mistyped command', 'cli.mistyped-command', 'upp'),
  wrongArguments('an unknown command', 'cli.unknown-command', 'dashboards'),
  wrongArguments('a mistyped option', 'cli.mistyped-option', 'up', '--hosst', 'chat.test'),
  wrongArguments('an option without its value', 'cli.missing-value', 'up', '--host'),
  wrongArguments('a command without its argument', 'cli.missing-argument', 'authority', 'widen'),
  wrongArguments('an unknown shell', 'cli.bad-choice', 'completion', 'tcsh'),
  wrongArguments('one argument too many', 'cli.too-many-arguments', 'status', 'now'),
  wrongArguments('an unknown language', 'cli.unknown-language', 'status', '--lang=xx'),
  wrongUp('a port that is not a number', 'config.bad-port', '7861', '--https-port', 'abc'),
  wrongUp('port 0', 'config.bad-port', '7861', '--https-port', '0'),
  wrongUp('a port above 65535', 'config.bad-port', '7861', '--https-port', '70000'),
  wrongUp(
    'one port for HTTPS and plain HTTP',
    'config.same-ports',
    '7861',
    '--https-port',
    '8443',
    '--http-port',
    '8443',
  ),
  wrongUp('a host name with a line break', 'config.host-character', '7861', '--host', 'chat\n.test'),
  wrongUp('a host name with two dots in a row', 'config.host-empty-label', '7861', '--host', 'chat..test'),
  wrongUp('half an address as host name', 'config.host-number', '7861', '--host', '192.168.1'),
  wrongUp('an app that is not a URL', 'config.bad-upstream', '7861x'),
  wrongUp('an app with another scheme', 'config.upstream-scheme', 'ftp://files.test'),
  wrongUp('an app with a password', 'config.upstream-credentials', 'http://reader:s3cretword@chat.test:8000'),
  wrongFile('a mistyped key', ['config.mistyped-key'], 'sites:\n  - hosst: chat.test\n    upstream: 7861\n'),
  wrongFile(
    'several mistakes at once',
    ['config.mistyped-key', 'config.bad-upstream'],
    'sites:\n  - host: chat.test\n    upstream: nowhere at all\n  - host: models.test\n    upstream: 8000\n    min_tsl: "1.3"\n',
  ),
  wrongFile('unterminated YAML', ['config.syntax'], 'sites: [\n'),
  wrongFile('an empty file', ['config.empty'], ''),
  {
    what: 'a missing configuration file',
    codes: ['file.missing'],
    exit: 2,
    prepare: (folder, state) => ({ args: ['up', '--config', path.join(folder, 'everyhop.yaml'), '--state', state] }),
  },
  {
    what: 'a folder instead of a configuration file',
    codes: ['file.is-folder'],
    exit: 2,
    prepare: (folder, state) => ({ args: ['up', '--config', folder, '--state', state] }),
  },
  {
    what: 'a port that another program uses',
    codes: ['edge.port-taken'],
    exit: 1,
    async prepare(_, state) {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { args: ['up', '7861', '--https-port', String(portOf(server)), '--state', state], undo: closing(server) };
    },
  },
  {
    what: 'status with nothing running',
    codes: ['cli.not-running'],
    exit: 1,
    prepare: (_, state) => ({ args: ['status', '--state', state] }),
  },
  {
    what: 'reload with nothing running',
    codes: ['cli.not-running'],
    exit: 1,
    prepare: (_, state) => ({ args: ['reload', '--state', state] }),
  },
  {
    what: 'a state folder that is a file',
    codes: ['file.not-folder'],
    exit: 1,
    async prepare(_, state) {
      await writeFile(state, '');
      return { args: ['up', '7861', '--state', state] };
    },
  },
  {
    what: 'a damaged store',
    codes: ['store.corrupt'],
    exit: 1,
    async prepare(_, state) {
      await mkdir(state, { mode: 0o700 });
      await writeFile(path.join(state, 'everyhop.db'), 'not a database at all. '.repeat(500));
      return { args: ['up', '7861', '--state', state] };
    },
  },
];

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

function closing(server: Server): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
}

export interface Answer {
  args: string[];
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one case. In the answer, `/srv/chat` replaces the temporary folder. */
export async function runBadInput(input: BadInput, more: string[], language: 'en' | 'zh'): Promise<Answer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-bad-input-'));
  const { args, undo } = await input.prepare(folder, path.join(folder, 'state'));
  try {
    const child = spawn(process.execPath, [program, ...args, ...more], {
      env: { PATH: process.env['PATH'], HOME: folder, LANG: language === 'zh' ? 'zh_CN.UTF-8' : 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A case that is not rejected would keep running.
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    const [exit] = (await once(child, 'close')) as [number | null];
    const plain = (text: string): string => text.replaceAll(folder, '/srv/chat');
    return { args: args.map(plain), exit, stdout: plain(said.stdout), stderr: plain(said.stderr) };
  } finally {
    await undo?.();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Replaces process ids and ephemeral ports (Linux: 32768 to 60999), which differ from run to run. */
function steady(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/\bPID \d+/g, 'PID 4711')
    .replaceAll(/\b(?:3[2-9]|[45]\d|60)\d{3}\b/g, '9443');
}

async function page(): Promise<string> {
  const sections = [];
  for (const input of badInputs) {
    const [en, zh] = [await runBadInput(input, [], 'en'), await runBadInput(input, [], 'zh')];
    const words = en.args.map((word) => (/^[\w./:@=-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    sections.push(
      `## ${input.what[0]!.toUpperCase()}${input.what.slice(1)}\n\n\`everyhop ${steady(words)}\` → exit code ${en.exit}\n\n` +
        `\`\`\`text\n${steady(en.stderr)}\n\`\`\`\n\n\`\`\`text\n${steady(zh.stderr)}\n\`\`\`\n`,
    );
  }
  return `# How Everyhop answers wrong input\n\n\`npm run bad-input\` writes this page from real runs.\n\n${sections.join('\n')}`;
}

if (import.meta.main) {
  await writeFile(path.resolve(import.meta.dirname, '../docs/bad-input.md'), await page());
}
