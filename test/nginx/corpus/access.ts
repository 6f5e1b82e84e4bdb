/** Access control: passwords, addresses, limits. */
import { one, proxied } from './one-server.ts';
import { conf, type Sample, type Tree } from './sample.ts';

const passwords: Tree = { 'etc/nginx/htpasswd': 'me:{PLAIN}sesame\n' };
const basic = `Basic ${Buffer.from('me:sesame').toString('base64')}`;

export const access: Sample[] = [
  {
    title: 'a password on the whole server',
    names: ['secret.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'secret.home.arpa',
        conf`        auth_basic "members";
        auth_basic_user_file htpasswd;
${proxied(at)}`,
      ),
      ...passwords,
    }),
    site: { headers: { authorization: basic } },
  },
  {
    title: 'a password, which a public authority does not have',
    names: ['members.example.com'],
    tree: (at) => ({
      ...one(
        at,
        'members.example.com',
        conf`        location / {
            auth_basic "members";
            auth_basic_user_file htpasswd;
            proxy_pass http://127.0.0.1:${at.app};
        }`,
        '    satisfy all;\n',
      ),
      ...passwords,
    }),
    site: { headers: { authorization: basic } },
  },
  {
    title: 'deny all on the server',
    names: ['denied.home.arpa'],
    tree: (at) => one(at, 'denied.home.arpa', `        deny all;\n${proxied(at)}`),
    site: { status: 403, isApp: false },
  },
  {
    title: 'deny all on the server, although a public authority needs access',
    names: ['denied.example.com'],
    tree: (at) => one(at, 'denied.example.com', `        allow 192.0.2.0/24;\n        deny all;\n${proxied(at)}`),
    site: { status: 403, isApp: false },
  },
  {
    title: 'satisfy any: the local network, or a password',
    names: ['either.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'either.home.arpa',
        conf`        satisfy any;
        allow 192.0.2.0/24;
        deny all;
        auth_basic "others";
        auth_basic_user_file ${at.root}/etc/nginx/htpasswd;
${proxied(at)}`,
      ),
      ...passwords,
    }),
    site: { headers: { authorization: basic } },
  },
  {
    title: 'auth_request to another program',
    names: ['asked.home.arpa'],
    tree: (at) =>
      one(
        at,
        'asked.home.arpa',
        conf`        auth_request /allowed;
        location = /allowed {
            internal;
            proxy_pass http://127.0.0.1:${at.app}/auth;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
        }
${proxied(at)}`,
      ),
  },
  {
    title: 'hidden files denied by a regular expression that also matches .well-known',
    names: ['dots.example.com'],
    tree: (at) =>
      one(
        at,
        'dots.example.com',
        conf`        location ~ /\. { deny all; access_log off; log_not_found off; }
${proxied(at)}`,
      ),
  },
  {
    title: 'a rate limit',
    names: ['limited.home.arpa'],
    tree: (at) =>
      one(
        at,
        'limited.home.arpa',
        conf`        limit_req zone=all burst=2000 nodelay;
        limit_conn addresses 500;
${proxied(at)}`,
        conf`    limit_req_zone $binary_remote_addr zone=all:1m rate=500r/s;
    limit_conn_zone $binary_remote_addr zone=addresses:1m;
`,
      ),
  },
  {
    title: 'only GET and HEAD, 444 for unwanted user agents',
    names: ['methods.home.arpa'],
    tree: (at) =>
      one(
        at,
        'methods.home.arpa',
        conf`        if ($request_method !~ ^(GET|HEAD|POST)$) { return 444; }
        if ($http_user_agent ~* (masscan|zgrab|"bad bot")) { return 403; }
${proxied(at)}`.replace('(masscan|zgrab|"bad bot")', '"(masscan|zgrab|bad bot)"'),
      ),
  },
];
