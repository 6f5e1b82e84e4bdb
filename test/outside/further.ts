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
  {
    id: 'further/client-root-missing-at-start',
    symptom: 'With the root file of its client certificates missing, a site is open to everybody, or no site starts',
    sources: ['traefik/traefik#9557', 'zentinelproxy/zentinel#376'],
  },
  {
    id: 'further/certificate-file-gone-at-restart',
    symptom: 'A certificate file that went away keeps the server with all its sites from starting',
    sources: ['cherokee/webserver#1163', 'jembi/openhim-core-js#391'],
  },
  {
    id: 'further/key-replaced-before-its-certificate',
    symptom: 'A renewal replaces the key and not the certificate; the next reload or restart ends all sites',
    sources: [
      'acmesh-official/acme.sh#6621',
      'nginx/njs-acme#52',
      'nextcloud/server#32280',
      'kubernetes/kubernetes#127538',
    ],
  },
  {
    id: 'further/key-too-short',
    symptom: 'After an update of OpenSSL, an RSA key of 1024 bits ends the server with "ee key too small"',
    sources: ['uboslinux/ubos-admin#888', 'openssl/openssl#20972', 'aholstenson/ataraxia#13', 'kamailio/kamailio#3737'],
  },
  {
    id: 'further/authority-hangs-at-start',
    symptom: 'The start waits for minutes for an authority that does not answer',
    sources: ['OpenLiberty/docs#1699', 'hlandau/acmetool#275', 'certbot/certbot#6478'],
  },
];
