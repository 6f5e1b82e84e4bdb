import type { OutsideCase } from './outside-case.ts';

/** Of the same kinds, found in public trackers and tried afterwards. */
export const furtherCases: readonly OutsideCase[] = [
  {
    id: 'further/configuration-in-another-encoding',
    symptom: 'A configuration saved as UTF-16 or GBK is refused with a message about something else',
    sources: ['kubernetes/kubernetes#39007', 'fluxcd/flux2#1126'],
  },
  {
    id: 'further/memory-unknown-without-descriptors',
    symptom:
      'When file descriptors run out, asking for the memory in use throws and ends the worker with all its streams',
    sources: ['Chocobozzz/PeerTube#960', 'prometheus/client_js#67', 'newrelic/node-newrelic#83'],
  },
  {
    id: 'further/output-without-reader',
    symptom: 'The server ends, with exit code 0, when the program that reads its output does (EPIPE)',
    sources: ['garrytan/gbrain#5079', 'prometheus/node_exporter#587', 'systemd/systemd#6620'],
  },
  {
    id: 'further/damaged-row-takes-all-down',
    symptom: 'After a full disk, the damaged certificate of one site keeps every site down',
    sources: ['caddyserver/caddy#6618'],
  },
  {
    id: 'further/user-without-passwd-entry',
    symptom: 'A container user without HOME and without an entry in /etc/passwd crashes every command',
    sources: ['facebook/relay#2699', 'browserless/browserless#4018'],
  },
  {
    id: 'further/tunnel-half-close',
    symptom: 'A client ends its direction of an upgraded connection, and the answer of the app is lost',
    sources: ['caddyserver/caddy#8026', 'golang/go#35892'],
  },
  {
    id: 'further/long-refusal-of-an-upload',
    symptom: 'The app refuses an upload with a long page and closes; the client gets another error or part of the page',
    sources: ['envoyproxy/envoy#2929', 'cloudfoundry/gorouter#212', 'villadora/express-http-proxy#546'],
  },
  {
    id: 'further/look-ups-of-one-name',
    symptom: 'Look-ups of one slow name queue up, one for each request, and delay everything else',
    sources: ['nodejs/node#62599', 'nodejs/node#8436'],
  },
];
