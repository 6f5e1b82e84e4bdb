import type { OutsideCase } from './outside-case.ts';

export const nginxCases: readonly OutsideCase[] = [
  {
    id: 'nginx/01-hsts-internal-redirect',
    symptom: 'HTTPS is refused because a location with an add_header of its own answers without HSTS',
    sources: [
      'makeplane/plane#9440',
      'hashgraph/guardian#6361',
      'nextcloud/documentation#6744',
      'nginx-proxy/nginx-proxy#1136',
    ],
  },
  {
    id: 'nginx/02-one-name-two-ports',
    symptom: 'One name on two ports: the second app is gone, reported as proven',
    sources: ['certbot/certbot#3549', 'certbot/certbot#8258', 'certbot/certbot#3542'],
  },
  {
    id: 'nginx/03-unknown-app-is-not-told',
    symptom: 'An app that is not recognised streams in one burst and loses its WebSockets',
    sources: ['open-webui/open-webui#4913', 'TabbyML/tabby#3232', 'lm-sys/FastChat#2337', 'ggml-org/llama.cpp#20872'],
  },
  {
    id: 'nginx/04-behind-a-tls-front',
    symptom: 'Behind a balancer that ends TLS, the app hears http and the address of the balancer',
    sources: ['nginx-proxy/nginx-proxy#918', 'deis/deis#2381', 'pydata/conf_site#909'],
  },
  {
    id: 'nginx/05-undo-refused-for-an-equal-answer',
    symptom: 'Undo is refused for ever because two sites give equal answers',
    sources: [],
  },
  {
    id: 'nginx/06-quic-only-block-is-proven',
    symptom: 'A block that listens on QUIC alone is reported as proven; nothing listens on TCP',
    sources: ['NginxProxyManager/nginx-proxy-manager#5296'],
  },
  {
    id: 'nginx/08-stream-on-443',
    symptom: 'A stream block owns port 443, and nobody can name a public port beside the listening one',
    sources: ['NginxProxyManager/nginx-proxy-manager#4407', 'XTLS/Xray-core#1972', 'nginx-proxy/nginx-proxy#1509'],
  },
  {
    id: 'nginx/10-unknown-names-over-tls',
    symptom: 'Names that plain HTTP refuses with 444 are answered by the secured site over TLS',
    sources: ['NginxProxyManager (default site)', '0xJacky/nginx-ui'],
  },
  {
    id: 'nginx/11-hard-coded-forwarded-port',
    symptom: 'X-Forwarded-Port 80 beside X-Forwarded-Proto https: the app builds https://name:80/',
    sources: ['nginx-proxy/nginx-proxy#918'],
  },
  {
    id: 'nginx/12-reasons-that-mislead',
    symptom: 'ssl_reject_handshake or ssl_verify_client in the http block is reported as a taken port',
    sources: [],
  },
  {
    id: 'nginx/names-from-a-list',
    symptom: 'A user who does not know the server_name of the site gets a usage error instead of a list',
    sources: ['certbot (certbot --nginx asks from a list)'],
  },
  {
    id: 'nginx/dual-stack-after-undo',
    symptom: 'Two dual-stack sites, one undone: after a restart, the other one has lost IPv4',
    sources: [],
  },
  {
    id: 'nginx/ipv6-server-name',
    symptom: 'server_name [::1] is not found by the address ::1',
    sources: [],
  },
  {
    id: 'nginx/folder-with-brackets',
    symptom: 'A configuration in a folder with [ in its name: nginx reads the include as a pattern and finds nothing',
    sources: [],
  },
  {
    id: 'nginx/ctrl-c-while-an-authority-is-awaited',
    symptom: 'Ctrl-C during nginx secure is ignored for half a minute while the authority does not answer',
    sources: [],
  },
  {
    id: 'nginx/tls-on-8443-and-a-rewrite',
    symptom: 'TLS on port 8443 and a block on port 80 that rewrites to it confuse the tool',
    sources: ['certbot/certbot#3542'],
  },
  {
    id: 'nginx/forwarded-host-with-default-port',
    symptom: 'X-Forwarded-Host name:443 does not match the Origin of the WebSocket',
    sources: ['coder/code-server#6161'],
  },
  {
    id: 'nginx/published-port',
    symptom: 'A container publishes 8443 for 443: the WebSocket of Streamlit is refused',
    sources: ['NginxProxyManager/nginx-proxy-manager#5491', 'moltis-org/moltis#907'],
  },
  {
    id: 'nginx/add-header-inherit',
    symptom: 'With add_header_inherit (nginx 1.29.3), headers come twice or not at all',
    sources: ['nextcloud/documentation#15470'],
  },
  {
    id: 'nginx/forwarded-proto-of-websockets',
    symptom: 'A proxy in front says wss or ws in X-Forwarded-Proto: the WebSocket is redirected or told http',
    sources: ['deis/router#248', 'kubernetes/ingress-nginx#1844'],
  },
  {
    id: 'nginx/cache-lost-without-buffering',
    symptom: 'proxy_buffering off for streams silently disables the cache',
    sources: ['nginxinc/nginx-wiki#393', 'jenkins-infra/jenkins.io#6606', 'SigNoz/charts#277'],
  },
];
