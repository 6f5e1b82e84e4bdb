import { randomBytes } from 'node:crypto';
import { runPython } from '../client.ts';
import { streamed } from '../outcome.ts';
import { usePage } from '../page.ts';
import { startProgram } from '../program.ts';
import { packageVersion, pythonWith } from '../python.ts';
import type { InstalledApp, RealApp } from '../real-app.ts';

const key = `sk-${randomBytes(24).toString('hex')}`;

/** A model that the proxy plays itself. */
const config = `model_list:
  - model_name: counter
    litellm_params:
      model: openai/counter
      mock_response: "${Array.from({ length: 30 }, (_, n) => n + 1).join(' ')}"
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
`;

const client = `
import os, openai
client = openai.OpenAI(base_url=os.environ['URL'] + '/v1', api_key=os.environ['KEY'], max_retries=0)
assert [model.id for model in client.models.list()] == ['counter']
parts = [chunk.choices[0].delta.content for chunk in client.chat.completions.create(
    model='counter', stream=True, messages=[{'role': 'user', 'content': 'count'}]) if chunk.choices and chunk.choices[0].delta.content]
assert ''.join(parts).endswith('30'), parts
print(len(parts))
`;

/** Fonts, and what its UI asks for without a database. */
const elsewhere = /fonts\.|favicon|litellm-runtime-config|^500 \S+\/(?:get\/ui_settings|telemetry\/)/;

export const litellm: RealApp = {
  title: 'LiteLLM',
  underPath: { stripPath: false, setting: 'SERVER_ROOT_PATH={path}' },
  async install() {
    const python = await pythonWith('litellm', ['litellm[proxy]']);
    return { version: await packageVersion(python, 'litellm'), start: startWith(python), visit: visitWith(python) };
  },
};

const startWith =
  (python: string): InstalledApp['start'] =>
  (t, prefix) =>
    startProgram(t, {
      // prettier-ignore
      command: [python, '-c', 'from litellm import run_server; run_server()', '--config', '{folder}/config.yaml', '--host', '127.0.0.1', '--port', '{port}'],
      env: {
        LITELLM_MASTER_KEY: key,
        // It writes the prefix into the files of its UI.
        LITELLM_UI_PATH: '{folder}/ui',
        LITELLM_LOCAL_MODEL_COST_MAP: 'True',
        ...(prefix !== undefined && { SERVER_ROOT_PATH: prefix }),
      },
      files: { 'config.yaml': config },
      ready: /Uvicorn running on/,
    });

const visitWith =
  (python: string): InstalledApp['visit'] =>
  async (t, place) => {
    const pieces = Number(await runPython(t, place, python, client, { KEY: key }));
    await usePage(place, '/ui/', elsewhere, ({ page }) => page.waitForSelector('input[type=password]'));
    return streamed('openai: chat over SSE; Chromium: log-in page of its UI', pieces);
  };
