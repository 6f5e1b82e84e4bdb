/**
 * Installs real apps into the tool cache, publishes each behind an nginx with the lines of every tutorial and behind `everyhop up`, uses it as a
 * person or its own client does, and writes what happened to docs/real-apps.md: `npm run real-apps`, as root on Linux. With names as
 * arguments, it tries these apps only; the other rows stay as a former run measured them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pythonOf } from '../test/support/tools.ts';
import { codeServer } from './real-apps/apps/code-server.ts';
import { gradio } from './real-apps/apps/gradio.ts';
import { jupyter } from './real-apps/apps/jupyter.ts';
import { litellm } from './real-apps/apps/litellm.ts';
import { llamaDeploy } from './real-apps/apps/llama-deploy.ts';
import { mcp } from './real-apps/apps/mcp.ts';
import { ollamaServer } from './real-apps/apps/ollama.ts';
import { streamlit } from './real-apps/apps/streamlit.ts';
import { measure, type Row } from './real-apps/measure.ts';
import { names } from './real-apps/places.ts';
import { page } from './real-apps/table.ts';
import { cache, pythonWith } from './real-apps/python.ts';
import type { RealApp } from './real-apps/real-app.ts';

const apps: Record<string, RealApp> = {
  ollama: ollamaServer,
  mcp: mcp('streamable-http'),
  'mcp-sse': mcp('sse'),
  jupyter,
  'gradio-4': gradio('Gradio 4', async () => pythonOf('gradio')),
  'gradio-6': gradio('Gradio 6', () => pythonWith('gradio6', ['gradio>=6'])),
  'streamlit-1.34': streamlit('Streamlit', async () => pythonOf('streamlit')),
  streamlit: streamlit('Streamlit', () => pythonWith('streamlit', ['streamlit'])),
  litellm,
  'llama-deploy': llamaDeploy,
  'code-server': codeServer,
};

/** What former runs measured. */
const record = path.join(cache, 'rows.json');

/** Clients other than browsers look the names up, so this runs with an /etc/hosts of its own. */
const inside = 'EVERYHOP_REAL_APPS';
if (process.env[inside] === undefined) {
  const isolated =
    'mount -t tmpfs hosts /mnt && echo "127.0.0.1 localhost $0" >/mnt/hosts && mount --bind /mnt/hosts /etc/hosts && exec "$@"';
  const command = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const args = ['--mount', 'sh', '-c', isolated, names.join(' '), ...command];
  const { status } = spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, [inside]: '1' } });
  process.exit(status ?? 1);
}

const chosen = process.argv.slice(2);
const rows: Record<string, Row[]> = existsSync(record)
  ? (JSON.parse(readFileSync(record, 'utf8')) as Record<string, Row[]>)
  : {};
for (const [id, app] of Object.entries(apps)) {
  if (chosen.length > 0 && !chosen.includes(id)) continue;
  const measured = await measure(app, id);
  rows[id] = measured;
  writeFileSync(record, JSON.stringify(rows));
  for (const { title, version, place, before, after } of measured)
    process.stdout.write(`${title} ${version}, ${place}\n  before: ${before}\n  after:  ${after}\n`);
}
const all = Object.keys(apps).flatMap((id) => rows[id] ?? []);
writeFileSync(path.resolve(import.meta.dirname, '../docs/real-apps.md'), page(all, new Date()));
// Browsers and apps have ended; their pipes may linger.
process.exit(all.every(({ works }) => works) ? 0 : 1);
