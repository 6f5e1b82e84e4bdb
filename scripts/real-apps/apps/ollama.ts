import { startOllama } from '../../../test/support/ollama.ts';
import { runPython } from '../client.ts';
import { pythonWith } from '../python.ts';
import type { RealApp } from '../real-app.ts';

/** Without a model: its lists, and an upload. */
const client = `
import hashlib, os, ollama
client = ollama.Client(host=os.environ['URL'])
assert client.list().models == []
note = os.path.join(os.getcwd(), 'blob.bin')
open(note, 'wb').write(os.urandom(8 * 1024 * 1024))
assert client.create_blob(note).startswith('sha256:')
print('ok')
`;

export const ollamaServer: RealApp = {
  title: 'Ollama',
  underPath: { stripPath: true, setting: '' },
  async install() {
    const python = await pythonWith('ollama-client', ['ollama']);
    return {
      version: '0.9.6',
      start: async (t) => ({ url: await startOllama(t) }),
      async visit(t, place) {
        await runPython(t, place, python, client);
        return 'its Python client: models listed, a blob of 8 MiB uploaded';
      },
    };
  },
};
