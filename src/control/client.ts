import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { isError, systemCode } from '../base/errors.ts';
import { type ControlSocket, controlSocket } from '../store/control-socket.ts';
import { controlError } from './messages.ts';

/** Enough for the status of ten thousand sites. */
const longestAnswerBytes = 64 * 1024 * 1024;
/** For an answer that takes no work. A renewal may take minutes, so there is no limit for a POST. */
const statusLimitMs = 30_000;

/**
 * Sends a request to the `everyhop up` that runs on this state folder.
 * @param limitMs for the answer; `cli.bad-answer` without one.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`, `cli.foreign-socket`, `cli.bad-answer`, `store.path-too-long`.
 */
export async function requestControl(
  stateFolder: string,
  method: 'GET' | 'POST',
  path: string,
  limitMs: number | undefined = method === 'GET' ? statusLimitMs : undefined,
): Promise<{ status: number; body: unknown }> {
  let socket: ControlSocket | undefined;
  try {
    socket = await controlSocket(stateFolder);
    await checkOwner(stateFolder, socket.file);
    return await send(socket.address, method, path, limitMs);
  } catch (error) {
    if (isError(error, 'cli.foreign-socket') || isError(error, 'store.path-too-long')) throw error;
    if (error instanceof BadAnswer) throw controlError('cli.bad-answer', { folder: stateFolder }, { cause: error });
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM' || isError(error, 'file.denied')) {
      throw controlError('cli.not-yours', { folder: stateFolder }, { cause: error });
    }
    throw controlError('cli.not-running', { folder: stateFolder }, { cause: error });
  } finally {
    await socket?.close();
  }
}

/** Only root, this user and the folder's owner may listen there: anyone else would answer in the program's place. */
async function checkOwner(stateFolder: string, file: string): Promise<void> {
  const [socket, folder] = await Promise.all([stat(file), stat(stateFolder)]);
  if (process.getuid === undefined || [0, process.getuid(), folder.uid].includes(socket.uid)) return;
  throw controlError('cli.foreign-socket', { file, uid: socket.uid });
}

/** The program listens, but does not speak as ours does. */
class BadAnswer extends Error {}

function send(
  address: string,
  method: string,
  path: string,
  limitMs: number | undefined,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: address, method, path }, (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes > longestAnswerBytes) sent.destroy(new BadAnswer('too long'));
      });
      answer.on('end', () => {
        try {
          const body = JSON.parse(Buffer.concat(pieces).toString()) as unknown;
          if (typeof body !== 'object' || body === null) throw new BadAnswer('no object');
          resolve({ status: answer.statusCode ?? 0, body });
        } catch (error) {
          reject(new BadAnswer('no JSON', { cause: error }));
        }
      });
      answer.on('error', (error) => reject(new BadAnswer('incomplete', { cause: error })));
    });
    const timer =
      limitMs === undefined ? undefined : setTimeout(() => sent.destroy(new BadAnswer('too slow')), limitMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', (error) => reject(systemCode(error)?.startsWith('HPE_') ? new BadAnswer('no HTTP') : error));
    sent.end();
  });
}
