/** Combinations of directives that are harmless alone. */
import { one, proxied } from './one-server.ts';
import { conf, plainMain, type Sample } from './sample.ts';

export const combinations: Sample[] = [
  {
    title: 'a certificate and a header in a file that two TLS servers share',
    names: ['first.pair.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        listen ${at.tls} ssl;
        server_name first.pair.home.arpa;
        include tls.inc;
${proxied(at)}
    }
    server { listen ${at.tls} ssl; server_name second.pair.home.arpa; include tls.inc; return 200 "second"; }
`,
      ),
      'etc/nginx/tls.inc': conf`ssl_certificate ${at.root}/etc/ssl/pair.pem; # for both
ssl_certificate_key ${at.root}/etc/ssl/pair.key;
ssl_session_tickets off;
add_header X-Tls yes;
`,
      'etc/ssl/pair.pem': at.snakeoil.certificate,
      'etc/ssl/pair.key': at.snakeoil.key,
    }),
    site: { sends: { 'x-tls': 'yes' } },
    others: ({ tls }) => [{ port: tls, name: 'second.pair.home.arpa', isTls: true }],
  },
  {
    title: 'certificate and key in two files included by a pattern',
    names: ['pieces.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen ${at.http}; listen ${at.tls} ssl; server_name pieces.home.arpa; include tls.d/*.conf;
${proxied(at)}
    }
`,
      ),
      'etc/nginx/tls.d/10-certificate.conf': `ssl_certificate ${at.root}/etc/ssl/a.pem;`,
      'etc/nginx/tls.d/20-key.conf': `ssl_certificate_key ${at.root}/etc/ssl/a.key;`,
      'etc/nginx/tls.d/30-session.conf': 'ssl_session_timeout 5m;',
      'etc/ssl/a.pem': at.snakeoil.certificate,
      'etc/ssl/a.key': at.snakeoil.key,
    }),
  },
  {
    title: 'a password file for the key, stapling and a separate chain',
    names: ['stapled.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        listen ${at.tls} ssl;
        server_name stapled.home.arpa;
        ssl_certificate ${at.root}/etc/ssl/a.pem;
        ssl_password_file ${at.root}/etc/ssl/words;
        ssl_certificate_key ${at.root}/etc/ssl/a.key;
        ssl_stapling on;
        ssl_stapling_verify on;
        ssl_trusted_certificate ${at.root}/etc/ssl/a.pem;
${proxied(at)}
    }
`,
      ),
      'etc/ssl/words': { content: 'sesame\n', mode: 0o600 },
      'etc/ssl/a.pem': at.snakeoil.certificate,
      'etc/ssl/a.key': at.snakeoil.key,
    }),
  },
  {
    title: 'a single location with a regular expression for every path',
    names: ['every.example.com'],
    tree: (at) =>
      one(
        at,
        'every.example.com',
        conf`        location ~ ^/(.*)$ {
            proxy_set_header Host $host;
            add_header X-Every yes;
            proxy_pass http://127.0.0.1:${at.app}/$1$is_args$args;
        }`,
      ),
    site: { sends: { 'x-every': 'yes' } },
  },
  {
    title: 'access only with a cookie, rewritten paths, errors handled by the app',
    names: ['cookie.example.com'],
    tree: (at) =>
      one(
        at,
        'cookie.example.com',
        conf`        if ($cookie_ok = "") { return 403; }
        rewrite ^/old/(.*)$ /new/$1 last;
        rewrite ^(.*)$ /app$1 break;
        error_page 404 = @app;
${proxied(at)}
${proxied(at, '@app')}`,
      ),
    site: { headers: { cookie: 'ok=1' } },
  },
  {
    title: 'try_files on the server, root and index in http',
    names: ['spa.example.com'],
    tree: (at) => ({
      ...one(
        at,
        'spa.example.com',
        '        try_files $uri $uri/ /main.html;',
        `    root ${at.root}/srv/spa;\n    index main.html;\n`,
      ),
      'srv/spa/main.html': 'one page\n',
    }),
    site: { isApp: false, says: 'one page' },
  },
  {
    title: "a map that takes the scheme from a load balancer's header",
    names: ['mapped.home.arpa'],
    tree: (at) =>
      one(
        at,
        'mapped.home.arpa',
        proxied(at),
        conf`    map $http_x_forwarded_proto $real_scheme { default $http_x_forwarded_proto; '' $scheme; }
    proxy_set_header X-Forwarded-Proto $real_scheme;
    proxy_set_header X-Real-IP $remote_addr;
`,
      ),
  },
  {
    title: 'one of two listeners uses the PROXY protocol, over IPv6',
    names: ['half.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        listen [::1]:${at.second} proxy_protocol;
        server_name half.home.arpa;
${proxied(at)}
    }
`,
      ),
    }),
  },
  {
    title: 'limited methods and mirrored requests',
    names: ['mirror.home.arpa'],
    tree: (at) =>
      one(
        at,
        'mirror.home.arpa',
        conf`        location / {
            limit_except GET POST { deny all; }
            mirror /copy;
            proxy_pass http://127.0.0.1:${at.app};
        }
        location = /copy { internal; proxy_pass http://127.0.0.1:${at.app}/mirrored; }`,
      ),
  },
  {
    title: 'headers in lower case and in quotes, Connection close',
    names: ['small.home.arpa'],
    tree: (at) =>
      one(
        at,
        'small.home.arpa',
        conf`        location "/" {
            proxy_set_header x-forwarded-proto "http";
            proxy_set_header 'Host' "$host";
            proxy_set_header Connection close;
            proxy_pass http://127.0.0.1:${at.app};
        }`,
      ),
  },
];
