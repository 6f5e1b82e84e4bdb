/** Locations, errors and files that may conflict with ours. */
import { one, proxied } from './one-server.ts';
import { conf, plainMain, type Sample } from './sample.ts';

export const locations: Sample[] = [
  {
    title: 'an existing webroot for ACME challenges, from the guides of ACME clients',
    names: ['webroot.example.com'],
    tree: (at) =>
      one(
        at,
        'webroot.example.com',
        conf`        location ^~ /.well-known/acme-challenge/ {
            default_type "text/plain";
            root ${at.root}/var/www/letsencrypt;
        }
${proxied(at)}`,
      ),
    site: {},
  },
  {
    title: 'a stateless answer to ACME challenges, included in all sites',
    names: ['stateless.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'stateless.home.arpa',
        conf`        include acme.conf;
${proxied(at)}`,
      ),
      'etc/nginx/acme.conf': conf`location ~ ^/\.well-known/acme-challenge/([-_a-zA-Z0-9]+)$ {
    default_type text/plain;
    return 200 "$1.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
}
`,
    }),
  },
  {
    title: 'location = / and location /, and a named one for errors',
    names: ['exact.home.arpa'],
    tree: (at) =>
      one(
        at,
        'exact.home.arpa',
        conf`        location = / { return 200 "the front page\n"; }
        location /app { proxy_pass http://127.0.0.1:${at.app}; proxy_intercept_errors on; error_page 502 504 = @away; }
        location @away { return 503 "away\n"; }`,
      ),
    site: { path: '/app' },
  },
  {
    title: 'return 404 on the server, before all locations',
    names: ['gone.home.arpa'],
    tree: (at) => one(at, 'gone.home.arpa', `        return 404;`),
    site: { status: 404, isApp: false },
  },
  {
    title: 'a default server with 444, and a public name',
    names: ['beside.example.com'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen ${at.http} default_server; server_name ""; return 444; }
    server { listen ${at.http}; server_name beside.example.com;
${proxied(at)}
    }
`,
      ),
    }),
  },
  {
    title: 'custom error pages, with a path that needs a location',
    names: ['errors.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'errors.home.arpa',
        conf`        error_page 404 =200 /missing.html;
        error_page 497 =301 /never;
        root ${at.root}/srv/errors;
        location = /missing.html { internal; }
        location /files/ { }`,
      ),
      'srv/errors/missing.html': 'nothing of that name\n',
    }),
    site: { path: '/files/none', isApp: false, says: 'nothing of that name' },
  },
  {
    title: 'a relative root, try_files, and types in the server',
    names: ['relative.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'relative.home.arpa',
        conf`        root html/site;
        types { text/html html; text/plain md; }
        index index.html;
        location / { try_files $uri $uri/index.html /fallback.md; }`,
      ),
      'run/html/site/fallback.md': 'fallback\n',
      'run/html/site/index.html': '<p>relative</p>\n',
    }),
    site: { isApp: false, says: 'relative' },
  },
  {
    title: 'alias, autoindex and nested locations',
    names: ['files.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'files.home.arpa',
        conf`        location /pub/ {
            alias ${at.root}/srv/pub/;
            autoindex on;
            location ~ \.md$ { default_type text/plain; }
            location ~ "\.(?:php|p{1}l)$" { deny all; }
        }
${proxied(at)}`,
      ),
      'srv/pub/read.md': 'read me\n',
    }),
  },
  {
    title: 'PHP on a socket without its program, next to the chat',
    names: ['php.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'php.home.arpa',
        conf`        root ${at.root}/srv/php;
        index index.php;
        location ~ \.php$ {
            fastcgi_pass unix:${at.run}/nobody.sock;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        }
${proxied(at, '/chat')}`,
      ),
      'srv/php/index.php': '<?php phpinfo();\n',
    }),
    site: { path: '/chat' },
  },
];
