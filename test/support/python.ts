import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { pythonOf } from './tools.ts';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from './up.ts';

export interface PythonApp {
  /** `http://127.0.0.1:port` */
  url: string;
}

/**
 * Starts an app in one of the Python environments on a free port (`PORT` in its environment, `{port}` in its
 * arguments). Resolves when its output matches `ready`; stops it at the end of the test.
 */
export async function startPython(
  t: TestContext,
  environment: 'gradio' | 'streamlit' | 'llama' | 'guarded',
  args: string[],
  ready: RegExp,
): Promise<PythonApp> {
  const home = await temporaryFolder(t, environment);
  const [port] = (await freePorts(1)) as [number];
  const child = spawn(
    pythonOf(environment),
    args.map((arg) => arg.replace('{port}', String(port))),
    {
      cwd: home,
      env: {
        ...cleanEnvironment(home),
        PORT: String(port),
        PYTHONUNBUFFERED: '1',
        GRADIO_ANALYTICS_ENABLED: 'False',
        TMPDIR: home,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const closed = once(child, 'close');
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await closed;
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (ready.test(output)) resolve();
      });
    }
    child.on('error', reject);
    void closed.then(() => reject(new Error(`${args.join(' ')} ended:\n${output}`)));
  });
  return { url: `http://127.0.0.1:${port}` };
}
