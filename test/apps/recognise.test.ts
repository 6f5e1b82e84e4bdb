import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { anyApp, profileOf, profiles } from '../../src/apps/profiles.ts';
import { recognise } from '../../src/apps/recognise.ts';
import { systemClock } from '../../src/base/clock.ts';
import { listen } from '../probe/servers.ts';
import { startPython } from '../support/python.ts';
import { without } from '../support/tools.ts';
import { freePorts } from '../support/up.ts';

const options = { clock: systemClock };
const examples = path.resolve(import.meta.dirname, '../../examples');

type Answers = Record<string, { status?: number; location?: string; html?: string; json?: unknown; text?: string }>;

/** A server that answers like the app, according to its sources and manual, and 404 to everything else. */
async function pretend(t: TestContext, answers: Answers): Promise<{ url: URL; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url!);
    const { status = 200, location, html, json, text } = answers[request.url!] ?? { status: 404, text: 'Not Found' };
    if (location !== undefined) response.setHeader('location', location);
    response.setHeader('content-type', html ? 'text/html; charset=utf-8' : json ? 'application/json' : 'text/plain');
    response.writeHead(status).end(html ?? (json ? JSON.stringify(json) : text));
  });
  return { url: new URL(`http://127.0.0.1:${await listen(t, server)}/chat`), asked };
}

const page = (title: string, rest = ''): { html: string } => ({
  html: `<!doctype html><html><head><meta charset="utf-8"/><title>${title}</title>${rest}</head><body></body></html>`,
});
const description = (title: string, ...paths: string[]): { json: unknown } => ({
  json: { openapi: '3.1.0', info: { title, version: '1' }, paths: Object.fromEntries(paths.map((each) => [each, {}])) },
});
const gradio = '<script>window.gradio_config = {"version":"4.44.0"};</script>';

const documented: [name: string, answers: Answers, id: string | undefined][] = [
  ['Open WebUI', { '/': page('Open WebUI') }, 'open-webui'],
  ['Open WebUI with a custom name', { '/': page('Our house (Open WebUI)') }, 'open-webui'],
  [
    'Open WebUI by its settings',
    { '/': page('x'), '/api/config': { json: { name: 'x', oauth: {}, features: {} } } },
    'open-webui',
  ],
  ['NextChat', { '/': page('NextChat') }, 'nextchat'],
  ['LibreChat', { '/': page('LibreChat') }, 'librechat'],
  ['LobeChat behind a redirect', { '/': { status: 307, location: '/chat' }, '/chat': page('LobeChat') }, 'lobechat'],
  ['AnythingLLM', { '/': page('AnythingLLM | Your personal LLM trained on anything') }, 'anythingllm'],
  [
    'Dify',
    {
      '/': { status: 307, location: '/apps' },
      '/apps': page('', '<meta name="apple-mobile-web-app-title" content="Dify"/>'),
    },
    'dify',
  ],
  ['h2oGPT', { '/': page('h2oGPT', gradio) }, 'h2ogpt'],
  ['Gradio under another title', { '/': page('Our chat', gradio) }, 'gradio'],
  [
    'the API of Langchain-Chatchat',
    { '/': { status: 307, location: '/docs' }, '/docs': page('Langchain-Chatchat API Server - Swagger UI') },
    'langchain-chatchat',
  ],
  [
    'Langchain-Chatchat by its OpenAPI document',
    { '/openapi.json': description('Langchain-Chatchat API Server', '/chat/chat') },
    'langchain-chatchat',
  ],
  ['Streamlit under another title', { '/': page('Mine'), '/_stcore/health': { text: 'ok' } }, 'streamlit'],
  ['Ollama', { '/': { text: 'Ollama is running' } }, 'ollama'],
  ['LiteLLM', { '/': page('LiteLLM API - Swagger UI') }, 'litellm'],
  ['LiteLLM without a start page', { '/openapi.json': description('LiteLLM API') }, 'litellm'],
  ['vLLM', { '/v1/models': { json: { object: 'list', data: [{ id: 'm', owned_by: 'vllm' }] } } }, 'vllm'],
  ['vLLM with a key', { '/openapi.json': description('FastAPI', '/tokenize', '/v1/chat/completions') }, 'vllm'],
  [
    'llama.cpp',
    { '/': page('llama.cpp - chat'), '/v1/models': { json: { object: 'list', data: [{ owned_by: 'llamacpp' }] } } },
    'llama-cpp',
  ],
  ['llama.cpp without its page', { '/v1/models': { json: { data: [{ owned_by: 'llamacpp' }] } } }, 'llama-cpp'],
  ['n8n', { '/': page('n8n.io - Workflow Automation') }, 'n8n'],
  ['code-server', { '/': { status: 302, location: './login' }, '/login': page('code-server login') }, 'code-server'],
  ['code-server without a log-in', { '/healthz': { json: { status: 'alive', lastHeartbeat: 1 } } }, 'code-server'],
  ['ComfyUI', { '/': page('ComfyUI') }, 'comfyui'],
  ['ComfyUI behind its API', { '/system_stats': { json: { system: { comfyui_version: '0.3.0' } } } }, 'comfyui'],
  ['LocalAI', { '/': { status: 301, location: '/app' }, '/app': page('LocalAI') }, 'localai'],
  ['JupyterLab', { '/': { status: 302, location: '/lab' }, '/lab': page('JupyterLab') }, 'jupyter'],
  [
    'a Vite development server',
    { '/': page('Our app', '<script type="module" src="/@vite/client"></script>') },
    'vite',
  ],
  [
    'an MCP server without sessions',
    { '/mcp': { status: 405, json: { jsonrpc: '2.0', error: { code: -32000, message: 'Method not allowed.' } } } },
    'mcp',
  ],
  ['TGI', { '/info': { json: { model_id: 'm', max_concurrent_requests: 128 } } }, 'tgi'],
  ['another page', { '/': page('How to install NextChat and Dify at home') }, undefined],
  [
    'the same page for every path',
    Object.fromEntries(
      ['/', '/info', '/v1/models', '/openapi.json', '/_stcore/health', '/api/config'].map((each) => [
        each,
        page('One page'),
      ]),
    ),
    undefined,
  ],
  [
    'unrelated JSON',
    { '/openapi.json': { json: [1] }, '/info': { json: 'x' }, '/v1/models': { json: { data: [null] } } },
    undefined,
  ],
  ['a login on another host', { '/': { status: 302, location: 'https://login.test/' } }, undefined],
];

for (const [name, answers, id] of documented) {
  test(`${name}: ${id ?? 'unknown'}`, async (t) => {
    const { url } = await pretend(t, answers);
    assert.equal((await recognise(url, options))?.id, id);
  });
}

test('requests nothing else if the start page is enough', async (t) => {
  const { url, asked } = await pretend(t, { '/': page('LibreChat') });
  await recognise(url, options);
  assert.deepEqual(asked, ['/']);
});

test('returns undefined if nothing listens or the server stays silent', async (t) => {
  const [port] = (await freePorts(1)) as [number];
  assert.equal(await recognise(new URL(`http://127.0.0.1:${port}/`), options), undefined);
  const silent = await listen(
    t,
    http.createServer(() => {}),
  );
  assert.equal(await recognise(new URL(`http://127.0.0.1:${silent}/`), { ...options, timeoutMs: 100 }), undefined);
});

test('a real Gradio', { skip: without('gradio'), timeout: 120_000 }, async (t) => {
  const { url } = await startPython(t, 'gradio', [path.join(examples, 'gradio/app.py')], /Running on local URL/);
  assert.equal((await recognise(new URL(url), options))?.id, 'gradio');
});

test('a real Streamlit', { skip: without('streamlit'), timeout: 120_000 }, async (t) => {
  const app = path.join(examples, 'streamlit/app.py');
  const args = ['-m', 'streamlit', 'run', app, '--server.headless=true', '--server.address=127.0.0.1'];
  const more = ['--server.port={port}', '--browser.gatherUsageStats=false', '--server.fileWatcherType=none'];
  const { url } = await startPython(t, 'streamlit', [...args, ...more], /URL: http/);
  assert.equal((await recognise(new URL(url), options))?.id, 'streamlit');
});

test('a real LlamaDeploy', { skip: without('llama'), timeout: 120_000 }, async (t) => {
  const program = 'import os, uvicorn; uvicorn.run("llama_deploy.apiserver.app:app", port=int(os.environ["PORT"]))';
  const { url } = await startPython(t, 'llama', ['-c', program], /Uvicorn running on/);
  assert.equal((await recognise(new URL(url), options))?.id, 'llama-deploy');
});

test('every profile has a unique id, by which --app finds it', () => {
  const all = [...profiles, anyApp];
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  for (const profile of all) assert.equal(profileOf(profile.id), profile);
  assert.equal(profileOf('none'), undefined);
});
