/**
 * A worker that runs foreign code: it serves like any other, tries what an intruder would, and writes what came of it into a folder.
 * Arguments: the state folder, the folder for outcomes, a program that is set-user-ID root.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

await import('../../src/edge/worker.ts');

const [state, outcomes, setUserId] = process.argv.slice(2) as [string, string, string];

/** `done`, or the system's error. */
function outcome(attempt: () => unknown): string {
  try {
    attempt();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function keyFile(): string {
  const archive = path.join(state, 'archive');
  const [name] = readdirSync(archive);
  const [id] = readdirSync(path.join(archive, name!));
  return path.join(archive, name!, id!, 'privkey.pem');
}

const python = '/usr/bin/python3';
/** PTRACE_SEIZE stops nothing, and ends with the tracer. */
const seize = `
import ctypes, errno, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
print("done" if libc.ptrace(0x4206, int(sys.argv[1]), None, None) == 0 else errno.errorcode[ctypes.get_errno()])
`;
const trace = (pid: number): string => execFileSync(python, ['-c', seize, String(pid)], { encoding: 'utf8' }).trim();
const open = (file: string, flags = 'r'): void => closeSync(openSync(file, flags));

function connect(file: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(file);
    socket.on('connect', () => resolve('done')).on('error', (error: NodeJS.ErrnoException) => resolve(error.code!));
    socket.on('close', () => socket.destroy());
  });
}

async function tryAll(otherWorker: number): Promise<Record<string, string>> {
  const parent = process.ppid;
  return {
    listState: outcome(() => readdirSync(state)),
    readStore: outcome(() => readFileSync(path.join(state, 'everyhop.db'))),
    readStoreInPool: await readFile(path.join(state, 'everyhop.db')).then(
      () => 'done',
      (error: NodeJS.ErrnoException) => error.code!,
    ),
    readKey: outcome(() => readFileSync(keyFile())),
    readBackup: outcome(() => readdirSync(path.join(state, 'backup'))),
    readRoot: outcome(() => readFileSync(path.join(state, 'root.pem'))),
    writeState: outcome(() => writeFileSync(path.join(state, 'intruder'), '')),
    controlSocket: await connect(path.join(state, 'control.sock')),
    writeCode: outcome(() => open(path.join(import.meta.dirname, '../../src/edge/worker.ts'), 'r+')),
    writeWorkingFolder: outcome(() => writeFileSync('intruder', '')),
    readShadow: outcome(() => readFileSync('/etc/shadow')),
    parentEnvironment: outcome(() => readFileSync(`/proc/${parent}/environ`)),
    parentMemory: outcome(() => open(`/proc/${parent}/mem`)),
    parentFiles: outcome(() => readdirSync(`/proc/${parent}/fd`)),
    parentTrace: trace(parent),
    parentSignal: outcome(() => process.kill(parent, 'SIGWINCH')),
    otherMemory: outcome(() => open(`/proc/${otherWorker}/mem`)),
    otherTrace: trace(otherWorker),
    otherSignal: outcome(() => process.kill(otherWorker, 'SIGWINCH')),
    becomeRoot: outcome(() => process.setuid!(0)),
    setUserIdProgram: spawnSync(setUserId, ['-u'], { encoding: 'utf8' }).stdout.trim() === '0' ? 'root' : 'no root',
    startProgram: outcome(() => execFileSync('/bin/true')),
  };
}

/** Asks the control process for a listening socket in the way of Node's cluster. */
function askForListener(wanted: object): Promise<string> {
  return new Promise((resolve) => {
    const seq = 1_000_000;
    process.on(
      'internalMessage' as never,
      ((reply: { ack?: number; errno?: number }, handle?: object) => {
        if (reply.ack === seq) resolve(handle ? 'done' : String(reply.errno));
      }) as never,
    );
    process.send!({ cmd: 'NODE_CLUSTER', act: 'queryServer', seq, index: 0, fd: null, flags: 0, ...wanted });
  });
}

/** The number of the last snapshot, for answers about it. */
let order = 0;

const asks: Record<string, () => Promise<string>> = {
  askPort: () => askForListener({ address: '127.0.0.1', port: 1023, addressType: 4 }),
  askSocketFile: () => askForListener({ address: path.join(state, 'intruder.sock'), port: -1, addressType: -1 }),
  askDescriptor: () => askForListener({ address: null, port: -1, addressType: -1, fd: 1 }),
  sendNonsense: () => {
    for (const message of [{ type: 'refused', order }, { type: 'status', question: 1 }, { type: 'none' }, 7])
      process.send!(message);
    return new Promise(() => {});
  },
  sendSocket: () => {
    process.send!({ type: 'none' }, new net.Socket());
    return new Promise(() => {});
  },
};

process.on('message', (message: { type: string; order?: number; attempt?: string; otherWorker?: number }) => {
  if (message.type === 'apply') order = message.order!;
  const write = (name: string, text: string): void => writeFileSync(path.join(outcomes, name), text);
  if (message.type === 'try') void tryAll(message.otherWorker!).then((tried) => write('tried', JSON.stringify(tried)));
  if (message.type === 'intrude') void asks[message.attempt!]!().then((answer) => write(message.attempt!, answer));
});
