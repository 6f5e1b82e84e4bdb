import { stat } from 'node:fs/promises';
import { request } from 'node:http';
import { isError, systemCode } from '../base/errors.ts';
import { type ControlSocket, controlSocket } from '../store/control-socket.ts';
import { controlError } from './messages.ts';

/** Enough for the status of ten thousand sites. */
const longestAnswerBytes = 64 * 1024 * 1024;

/**
 * Sends a request to the `everyhop up` that runs on this state folder.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`, `cli.foreign-socket`, `store.path-too-long`.
 */
export async function requestControl(
  stateFolder: string,
  method: 'GET' | 'POST',
  path: string,
): Promise<{ status: number; body: unknown }> {
  let socket: ControlSocket | undefined;
  try {
    socket = await controlSocket(stateFolder);
    await checkOwner(stateFolder, socket.file);
    return await send(socket.address, method, path);
  } catch (error) {
    if (isError(error, 'cli.foreign-socket') || isError(error, 'store.path-too-long')) throw error;
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

function send(address: string, method: string, path: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: address, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
        if (text.length > longestAnswerBytes) sent.destroy(new Error('answer too long'));
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as unknown }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
