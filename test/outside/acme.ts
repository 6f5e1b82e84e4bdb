import type { OutsideCase } from './outside-case.ts';

export const acmeCases: readonly OutsideCase[] = [
  {
    id: 'acme/account-deactivated',
    symptom:
      'After its account was deactivated, deleted or given another key, the client fails until its files are deleted',
    sources: [
      'acmesh-official/acme.sh#3889',
      'vancluever/terraform-provider-acme#9',
      'grindsa/acme2certifier#211',
      'letsencrypt/pebble#179',
    ],
  },
  {
    id: 'acme/ari-small',
    symptom:
      'Renewal information: Retry-After of an error ignored, explanation stored but shown nowhere, 30 February accepted, chosen moment not shown',
    sources: ['RFC 9773 §4.3', 'letsencrypt/boulder#8717', 'letsencrypt/pebble#486'],
  },
  {
    id: 'acme/backup-without-log',
    symptom:
      'A backup holds the database without its write-ahead log: older certificates come back and replace the published ones',
    sources: ['mmeyerlein/meclaw#60', 'theoriclabs/LeanDB#60'],
  },
  {
    id: 'acme/caa-of-one-name',
    symptom: 'A CAA record of one name costs all names of the order their certificate',
    sources: ['certbot/certbot#9251'],
  },
  {
    id: 'acme/empty-store-is-a-new-store',
    symptom:
      'An empty or missing database beside published certificates counts as a new installation: new root, new account',
    sources: ['acmesh-official/acme.sh#275', 'acmesh-official/acme.sh#7247', 'fabriziosalmi/certmate#410'],
  },
  {
    id: 'acme/expired-at-start',
    symptom: 'The program never starts again once a stored certificate has expired',
    sources: ['hlandau/acmetool#260', 'caddyserver/caddy#4191', 'fabriziosalmi/certmate#410'],
  },
  {
    id: 'acme/expired-site-takes-all-down',
    symptom: 'One site with an expired certificate keeps all sites down, and every configuration change is refused',
    sources: ['traefik/traefik#11266', 'traefik/traefik#3750', 'certbot/certbot#4145'],
  },
  {
    id: 'acme/failed-name-is-forgotten',
    symptom: 'Names left out after a failure never get a certificate again, although they were put in order',
    sources: ['certbot/certbot#7922', 'certbot/certbot#5996'],
  },
  {
    id: 'acme/live-folder-by-first-sorted-name',
    symptom: 'Adding a name moves the published folder; two certificates overwrite each other',
    sources: ['traefik/traefik#11266', 'certbot/certbot#2550'],
  },
  {
    id: 'acme/live-links-lost-in-a-backup',
    symptom: 'After a restore that followed links, nothing can be published any more',
    sources: ['NginxProxyManager/nginx-proxy-manager#3624', 'sasa1977/site_encrypt#16', 'certbot/certbot#6284'],
  },
  {
    id: 'acme/lockout-for-local-failures',
    symptom: 'Failures that the authority never saw hold a name off for a day',
    sources: ['NginxProxyManager/nginx-proxy-manager#3346', 'acmesh-official/acme.sh#1737', 'chatmail/relay#809'],
  },
  {
    id: 'acme/misleading-words',
    symptom: 'Messages that name the wrong culprit, a file that is not used, or a retry that nobody makes',
    sources: ['NginxProxyManager/nginx-proxy-manager#2196', 'certbot/certbot#2550'],
  },
  {
    id: 'acme/obtain-never-asks-ari',
    symptom: 'Outside the running program, a mass revocation goes unnoticed',
    sources: ['acmesh-official/acme.sh#6965', 'acmesh-official/acme.sh#6953', 'cert-manager/cert-manager#8993'],
  },
  {
    id: 'acme/obtain-without-binding',
    symptom: 'Authorities that require an external account cannot be used from the command line',
    sources: ['traefik/traefik#7118', 'acmesh-official/acme.sh#5062', 'cert-manager/cert-manager#2882'],
  },
  {
    id: 'acme/one-host-takes-all',
    symptom: 'One refused name leaves every other name of the site without a certificate',
    sources: ['traefik/traefik#11266', 'traefik/traefik#3750', 'NginxProxyManager/nginx-proxy-manager#4367'],
  },
  {
    id: 'acme/proxy-blamed-on-authority',
    symptom: 'A 502 or 503 of the proxy reads like one of the authority',
    sources: ['cert-manager/cert-manager#4455', 'nginx-proxy/acme-companion#323'],
  },
  {
    id: 'acme/proxy-without-scheme',
    symptom:
      'HTTPS_PROXY=host:port ends the program; networks in NO_PROXY and ALL_PROXY are ignored; a 407 is not named',
    sources: ['curl(1)', 'golang.org/x/net/http/httpproxy'],
  },
  {
    id: 'acme/reading-needs-writing',
    symptom: 'On a full disk or a read-only file system nothing can be listed or exported',
    sources: ['acmesh-official/acme.sh#7247', 'simple-acme/simple-acme#45'],
  },
  {
    id: 'acme/revoked-key-stays',
    symptom: 'After a revocation, renewing keeps the revoked key or returns to an older certificate',
    sources: ['acmesh-official/acme.sh#2887', 'kristapsdz/acme-client#9'],
  },
  {
    id: 'acme/stale-log-over-restored-store',
    symptom: 'A restored database is overwritten by the write-ahead log that the former one left',
    sources: ['vavallee/bindery#2337', 'DeusData/codebase-memory-mcp#897', 'maxpert/marmot#8'],
  },
  {
    id: 'acme/wrong-root-printed',
    symptom: 'The printed root issued none of the certificates that are served',
    sources: [],
  },
];
