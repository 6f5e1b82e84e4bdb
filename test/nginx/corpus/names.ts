/** Names and addresses. */
import { conf, plainMain, type Sample } from './sample.ts';

const proxied = 'location / { proxy_pass http://127.0.0.1:';

export const namesAndAddresses: Sample[] = [
  {
    title: 'several names in one block, two of them secured',
    names: ['a.home.arpa', 'b.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        server_name a.home.arpa
                    b.home.arpa   # the other one
                    c.home.arpa;
        ${proxied}${at.app}; }
    }
`,
      ),
    }),
    others: ({ http }) => [{ port: http, name: 'c.home.arpa' }],
  },
  {
    title: 'two names in two blocks, secured by one certificate',
    names: ['left.example.com', 'right.example.com'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(at, `    include conf.d/*.conf;\n`),
      'etc/nginx/conf.d/left.conf': conf`server { listen ${at.http}; server_name left.example.com; ${proxied}${at.app}; } }
`,
      'etc/nginx/conf.d/right.conf': conf`server { listen ${at.http}; server_name right.example.com; ${proxied}${at.app}; } }
`,
    }),
  },
  {
    title: 'a name matched by a wildcard',
    names: ['alice.users.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        server_name *.users.home.arpa;
        ${proxied}${at.app}; }
    }
    server { listen ${at.http} default_server; server_name _; return 200 "nobody"; }
`,
      ),
    }),
    others: ({ http }) => [
      { port: http, name: 'bob.users.home.arpa' },
      { port: http, name: 'stranger.home.arpa' },
    ],
  },
  {
    title: '.example names and a trailing wildcard',
    names: ['dot.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        server_name .dot.home.arpa mail.*;
        ${proxied}${at.app}; }
    }
    server { listen ${at.http}; server_name www.dot.home.arpa; return 200 "www"; }
`,
      ),
    }),
    others: ({ http }) => [
      { port: http, name: 'www.dot.home.arpa' },
      { port: http, name: 'sub.dot.home.arpa' },
      { port: http, name: 'mail.home.arpa' },
    ],
  },
  {
    title: 'a name matched by a regular expression, with a named group in proxy_pass',
    names: ['team-7.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        server_name "~^team-(?<number>\d{1,3})\.home\.arpa$";
        location / {
            proxy_set_header X-Team $number;
            proxy_pass http://127.0.0.1:${at.app};
        }
    }
`,
      ),
    }),
    others: ({ http }) => [{ port: http, name: 'team-8.home.arpa' }],
  },
  {
    title: 'an internationalized name and one in capitals',
    names: ['xn--mnchen-3ya.home.arpa', 'CHAT.Home.Arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen ${at.http}; server_name Xn--Mnchen-3ya.home.arpa CHAT.home.arpa; ${proxied}${at.app}; } }
`,
      ),
    }),
  },
  {
    title: 'separate listeners for IPv4 and IPv6',
    names: ['six.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        listen [::]:${at.http};
        server_name six.home.arpa;
        ${proxied}${at.app}; }
    }
`,
      ),
    }),
    site: { addresses: ['127.0.0.1', '::1'] },
  },
  {
    title: 'one IPv6 listener that accepts IPv4 too',
    names: ['dual.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen [::]:${at.http} ipv6only=off;
        server_name dual.home.arpa;
        ${proxied}${at.app}; }
    }
`,
      ),
    }),
    site: { addresses: ['127.0.0.1', '::1'] },
  },
  {
    title: 'only IPv6, on the loopback address',
    names: ['only-six.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen [::1]:${at.http}; server_name only-six.home.arpa; ${proxied}${at.app}; } }
`,
      ),
    }),
    site: { addresses: ['::1'] },
  },
  {
    title: 'specific addresses: this site on 127.0.0.2, another one on 127.0.0.1',
    names: ['addressed.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen 127.0.0.2:${at.http}; server_name addressed.home.arpa; ${proxied}${at.app}; } }
    server { listen 127.0.0.1:${at.http}; server_name addressed.home.arpa other.home.arpa; return 200 "other"; }
`,
      ),
    }),
    site: { addresses: ['127.0.0.2'] },
    others: ({ http }) => [{ port: http, name: 'other.home.arpa' }],
  },
  {
    title: 'localhost as the address, and a second port',
    names: ['twice.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen localhost:${at.http};
        listen 127.0.0.1:${at.second};
        server_name twice.home.arpa;
        ${proxied}${at.app}; }
    }
`,
      ),
    }),
  },
];
