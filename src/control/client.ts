import { request } from 'node:http';
import { systemCode } from '../base/errors.ts';
import { controlSocketPath } from '../store/control-socket.ts';
import { controlError } from './messages.ts';

/**
 * Sends a request to the `everyhop up` that runs on this state folder.
 * @throws EveryhopError `cli.not-running`, `cli.not-yours`.
 */
export async function requestControl(
  stateFolder: string,
  method: 'GET' | 'POST',
  path: string,
): Promise<{ status: number; body: unknown }> {
  try {
    return await new Promise((resolve, reject) => {
      const sent = request({ socketPath: controlSocketPath(stateFolder), method, path }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => (text += piece));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as unknown }));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM') {
      throw controlError('cli.not-yours', { folder: stateFolder }, { cause: error });
    }
    throw controlError('cli.not-running', { folder: stateFolder }, { cause: error });
  }
}
