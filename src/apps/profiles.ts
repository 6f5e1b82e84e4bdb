/** How an app sends what it has not finished yet: server-sent events, WebSocket messages, or JSON values line by line. */
export type Streaming = 'sse' | 'websocket' | 'ndjson';

/** What a server in front of an app needs to know of it. */
export interface AppProfile {
  /** As `--app` takes it. */
  id: string;
  title: string;
  /** Where it listens unless it is told otherwise; the one that browsers use comes first. */
  ports: readonly number[];
  streaming: readonly Streaming[];
  /** The longest silence within an answer that is still one: a first token, a WebSocket on which nobody types. */
  readTimeoutSeconds: number;
  /** Of a request; 0 leaves the limit to the app. */
  maxBodyBytes: number;
  /** The only Host that it answers to as a stranger's; undefined: the visitor's. */
  upstreamHost?: string;
  /** `running`: recognised and measured on the app itself. `documented`: from its sources and manual. */
  seen: 'running' | 'documented';
}

const hourSeconds = 3600;
const mebibyte = 1024 * 1024;

/**
 * For an app that is none of those below: every setting is harmless to one that does not stream, and what a chat app
 * needs.
 */
export const anyApp: AppProfile = {
  id: 'any',
  title: 'any app',
  ports: [],
  streaming: ['sse', 'websocket', 'ndjson'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  seen: 'running',
};

/** The apps that are known, in the order in which they are recognised: what is built on another one comes before it. */
export const profiles: readonly AppProfile[] = [
  {
    id: 'open-webui',
    title: 'Open WebUI',
    ports: [8080],
    streaming: ['websocket', 'sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 0,
    seen: 'documented',
  },
  {
    id: 'nextchat',
    title: 'NextChat',
    ports: [3000],
    streaming: ['sse'],
    // What its own routes wait for a model.
    readTimeoutSeconds: 600,
    maxBodyBytes: 64 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'librechat',
    title: 'LibreChat',
    ports: [3080],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 512 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'lobechat',
    title: 'LobeChat',
    ports: [3210],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 64 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'anythingllm',
    title: 'AnythingLLM',
    ports: [3001],
    streaming: ['sse', 'websocket'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 3072 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'dify',
    title: 'Dify',
    ports: [80],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 100 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'h2ogpt',
    title: 'h2oGPT',
    ports: [7860],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 0,
    seen: 'documented',
  },
  {
    id: 'gradio',
    title: 'Gradio',
    ports: [7860],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 0,
    seen: 'running',
  },
  {
    id: 'langchain-chatchat',
    title: 'Langchain-Chatchat',
    ports: [7861],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 0,
    seen: 'documented',
  },
  {
    // The page of Langchain-Chatchat is one of these.
    id: 'streamlit',
    title: 'Streamlit',
    ports: [8501],
    streaming: ['websocket'],
    readTimeoutSeconds: hourSeconds,
    // Its own limit for an upload is 200 MB, and a form has some more around it.
    maxBodyBytes: 208 * mebibyte,
    seen: 'running',
  },
  {
    id: 'llama-deploy',
    title: 'LlamaDeploy',
    ports: [4501],
    streaming: ['ndjson', 'websocket'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 256 * mebibyte,
    seen: 'running',
  },
  {
    id: 'ollama',
    title: 'Ollama',
    ports: [11434],
    streaming: ['ndjson', 'sse'],
    // A model is loaded before the first token.
    readTimeoutSeconds: hourSeconds,
    // Models are created from blobs that are sent to it.
    maxBodyBytes: 0,
    // It answers 403 to other names while it listens on loopback.
    upstreamHost: 'localhost:11434',
    seen: 'documented',
  },
  {
    id: 'litellm',
    title: 'LiteLLM',
    ports: [4000],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 256 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'tgi',
    title: 'Text Generation Inference',
    ports: [3000, 80],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 64 * mebibyte,
    seen: 'documented',
  },
  {
    id: 'vllm',
    title: 'vLLM',
    ports: [8000],
    streaming: ['sse'],
    readTimeoutSeconds: hourSeconds,
    maxBodyBytes: 256 * mebibyte,
    seen: 'documented',
  },
];

/** The profile of that id, `any` among them; undefined where there is none. */
export function profileOf(id: string): AppProfile | undefined {
  return [...profiles, anyApp].find((profile) => profile.id === id);
}
