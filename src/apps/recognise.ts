import type { Clock } from '../base/clock.ts';
import { type HttpFacts, probeHttp } from '../probe/http.ts';
import { type AppProfile, profileOf } from './profiles.ts';

/** An answer, as the marks of an app are looked for in it. */
interface Seen {
  body: string;
  /** Of a page; '' for what is none. */
  title: string;
  /** undefined: it is no JSON, or only the beginning of one. */
  json: unknown;
}

interface Mark {
  id: string;
  isIn: (seen: Seen) => boolean;
}

const titled =
  (title: RegExp) =>
  (seen: Seen): boolean =>
    title.test(seen.title);

/** On the page that a browser gets first. What is built on another app comes before it. */
const onPage: readonly Mark[] = [
  // A name of one's own is put in front of this.
  { id: 'open-webui', isIn: titled(/\bOpen WebUI\b/i) },
  { id: 'nextchat', isIn: titled(/^(?:NextChat|ChatGPT Next Web)\b/) },
  { id: 'librechat', isIn: titled(/^LibreChat\b/) },
  { id: 'lobechat', isIn: titled(/\bLobe(?:Chat|Hub)\b/) },
  { id: 'anythingllm', isIn: titled(/^AnythingLLM\b/) },
  { id: 'dify', isIn: ({ title, body }) => /\bDify$/.test(title) || /app-title" content="Dify"/.test(body) },
  { id: 'h2ogpt', isIn: ({ title, body }) => isGradio(body) && /^h2oGPT\b/i.test(title) },
  { id: 'gradio', isIn: ({ body }) => isGradio(body) },
  { id: 'streamlit', isIn: titled(/^Streamlit$/) },
  { id: 'litellm', isIn: titled(/^LiteLLM\b/) },
  { id: 'langchain-chatchat', isIn: titled(/^Langchain-Chatchat\b/i) },
  { id: 'ollama', isIn: ({ body }) => body.trim() === 'Ollama is running' },
];

/** Where servers of models, which have no page, tell what they are. */
const elsewhere: readonly (Mark & { path: string })[] = [
  { id: 'streamlit', path: '/_stcore/health', isIn: ({ body }) => body.trim() === 'ok' },
  {
    id: 'langchain-chatchat',
    path: '/openapi.json',
    isIn: ({ json }) => /^Langchain-Chatchat\b/i.test(openApi(json).title),
  },
  { id: 'litellm', path: '/openapi.json', isIn: ({ json }) => openApi(json).title.startsWith('LiteLLM') },
  {
    id: 'llama-deploy',
    path: '/openapi.json',
    isIn: ({ json }) => openApi(json).paths.some((path) => /^\/deployments\/\{\w+\}\/tasks\/run$/.test(path)),
  },
  { id: 'vllm', path: '/v1/models', isIn: ({ json }) => owners(json).includes('vllm') },
  // With a key it keeps its models to itself, but not what it can do.
  {
    id: 'vllm',
    path: '/openapi.json',
    isIn: ({ json }) => ['/tokenize', '/v1/chat/completions'].every((path) => openApi(json).paths.includes(path)),
  },
  { id: 'tgi', path: '/info', isIn: ({ json }) => has(json, 'model_id') && has(json, 'max_concurrent_requests') },
  { id: 'open-webui', path: '/api/config', isIn: ({ json }) => has(json, 'features') && has(json, 'oauth') },
];

/** A page that leads to another one first, as to a login. */
const mostRedirects = 2;
/** A description of an API may be long. */
const limitBytes = 2 * 1024 * 1024;
const usualTimeoutMs = 3_000;

/**
 * Asks an app what it is: for its page, and only where that does not tell, for what servers of models have instead. A GET
 * each, and nothing that would begin a session or load a model.
 * @returns undefined where it is none of those that are known, does not answer, or shows a certificate that does not verify.
 */
export async function recognise(
  upstream: URL,
  options: { clock: Clock; timeoutMs?: number },
): Promise<AppProfile | undefined> {
  const { clock, timeoutMs = usualTimeoutMs } = options;
  const get = (path: string): Promise<HttpFacts> =>
    probeHttp({
      url: new URL(path, upstream).href,
      clock,
      timeoutMs,
      limitBytes,
      ...(path === '/' && { redirects: { limit: mostRedirects, follow: (to: URL) => to.origin === upstream.origin } }),
    });
  const first = await get('/');
  if (first.status === undefined) return undefined;
  const page = seenIn(first);
  const found = onPage.find(({ isIn }) => isIn(page));
  if (found) return profileOf(found.id);
  const paths = [...new Set(elsewhere.map(({ path }) => path))];
  const answers = new Map(await Promise.all(paths.map(async (path) => [path, await get(path)] as const)));
  const told = elsewhere.find(({ path, isIn }) => {
    const answer = answers.get(path)!;
    return answer.status === 200 && isIn(seenIn(answer));
  });
  return told && profileOf(told.id);
}

function seenIn({ headers, ...answer }: HttpFacts): Seen {
  const body = answer.body.toString();
  const type = headers['content-type'] ?? '';
  const title = type.includes('html') ? (/<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? '') : '';
  return { body, title: title.replace(/\s+/g, ' ').trim(), json: type.includes('json') ? parsed(body) : undefined };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isGradio(body: string): boolean {
  return /\bwindow\.gradio_config\s*=/.test(body);
}

function has(json: unknown, name: string): boolean {
  return typeof json === 'object' && json !== null && Object.hasOwn(json, name);
}

/** An OpenAPI document (3.x §4.8.1); empty for what is none. */
function openApi(json: unknown): { title: string; paths: string[] } {
  const { info, paths } = (json ?? {}) as { info?: { title?: unknown }; paths?: unknown };
  const title = typeof info?.title === 'string' ? info.title : '';
  return { title, paths: typeof paths === 'object' && paths !== null ? Object.keys(paths) : [] };
}

function owners(json: unknown): unknown[] {
  const data = (json as { data?: unknown } | undefined)?.data;
  return Array.isArray(data) ? data.map((model) => (model as { owned_by?: unknown } | null)?.owned_by) : [];
}
