import type { OutsideCase } from './outside-case.ts';

export const appCases: readonly OutsideCase[] = [
  {
    id: 'apps/app-open-beside-edge',
    symptom: 'The app behind verified HTTPS stays open to the network over plain HTTP',
    sources: ['Langchain-Chatchat (DEFAULT_BIND_HOST)', 'Next.js standalone server'],
  },
  {
    id: 'apps/block-beats-allow',
    symptom: 'An open proxy under /api cannot be closed without closing the chat beside it',
    sources: ['ChatGPTNextWeb/NextChat (app/api/proxy.ts)'],
  },
  {
    id: 'apps/clear-text-post-silent',
    symptom: 'Questions travel in clear before they are redirected, and nobody learns of it',
    sources: ['chatchat-space/Langchain-Chatchat#2803', 'chatchat-space/Langchain-Chatchat#2499'],
  },
  {
    id: 'apps/hsts-other-ports',
    symptom: 'HSTS from port 8443 breaks every other HTTP port of that host in the browser',
    sources: ['RFC 6797 §8.3'],
  },
  {
    id: 'apps/nginx-ws-host-port',
    symptom: 'Proven by GET /, while every WebSocket of the app gets 403 on a port other than 443',
    sources: ['Streamlit (Origin and Host must agree)'],
  },
];
