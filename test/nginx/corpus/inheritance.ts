/** Headers and settings that a block inherits or loses. */
import { proxyParams } from './debian.ts';
import { one, proxied } from './one-server.ts';
import { conf, type Sample } from './sample.ts';

export const inheritance: Sample[] = [
  {
    title: 'proxy_set_header and add_header in http and in the location',
    names: ['inherit.home.arpa'],
    tree: (at) =>
      one(
        at,
        'inherit.home.arpa',
        conf`        location / {
            proxy_set_header X-Location here;
            add_header X-Frame-Options DENY;
            proxy_pass http://127.0.0.1:${at.app};
        }`,
        conf`    proxy_set_header Host $http_host;
    proxy_set_header X-Of-Http yes;
    proxy_set_header X-Forwarded-Proto $scheme;
    add_header X-Content-Type-Options nosniff always;
    proxy_http_version 1.1;
    proxy_buffering on;
    gzip on;
    gzip_types text/event-stream application/json;
`,
      ),
    site: { sends: { 'x-frame-options': 'DENY' } },
  },
  {
    title: 'headers in http that the location inherits',
    names: ['from-http.home.arpa'],
    tree: (at) =>
      one(
        at,
        'from-http.home.arpa',
        proxied(at),
        conf`    proxy_set_header Host $http_host;
    proxy_set_header X-Of-Http yes;
    add_header X-Content-Type-Options nosniff always;
`,
      ),
    site: { sends: { 'x-content-type-options': 'nosniff' } },
  },
  {
    title: 'a shared file of proxy headers, included in one server and in the location of another',
    names: ['shared.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'shared.home.arpa',
        conf`        include proxy_params;
        add_header X-Site shared;
${proxied(at)}
        location /docs { add_header X-Docs yes; proxy_pass http://127.0.0.1:${at.app}; }`,
        conf`    server {
        listen ${at.http};
        server_name neighbour.home.arpa;
        location / { include proxy_params; proxy_pass http://127.0.0.1:${at.app}; }
    }
`,
      ),
      'etc/nginx/proxy_params': proxyParams,
    }),
    site: { sends: { 'x-site': 'shared' } },
    others: ({ http }) => [{ port: http, name: 'neighbour.home.arpa' }],
  },
  {
    title: 'server-wide proxy settings that conflict with ours: buffering, version, time-outs, body size, HTTP/2',
    names: ['repeats.home.arpa'],
    tree: (at) =>
      one(
        at,
        'repeats.home.arpa',
        conf`        proxy_buffering on;
        proxy_http_version 1.1;
        proxy_read_timeout 30s;
        proxy_send_timeout 30s;
        proxy_request_buffering on;
        proxy_cache off;
        client_max_body_size 8m;
        keepalive_timeout 20s;
        gzip off;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache none;
        ssl_session_timeout 10m;
        ssl_session_tickets off;
        http2_max_concurrent_streams 64;
        absolute_redirect off;
        port_in_redirect off;
${proxied(at)}`,
      ),
    site: { streams: false },
    reports: /proxy_buffering on/,
  },
  {
    title: 'proxy_pass in an if in a location',
    names: ['iffy.home.arpa'],
    tree: (at) =>
      one(
        at,
        'iffy.home.arpa',
        conf`        location / {
            set $kind page;
            if ($http_accept ~ "text/event-stream") { set $kind stream; }
            if ($request_uri ~* "^/v1/[a-z]{2,9}") {
                proxy_pass http://127.0.0.1:${at.app};
            }
            if (-f ${at.root}/srv/maintenance) { return 503; }
            proxy_pass http://127.0.0.1:${at.app};
        }`,
      ),
  },
  {
    title: 'map, geo and split_clients with arbitrary words',
    names: ['maps.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'maps.home.arpa',
        conf`        add_header X-Group $group;
        location / {
            if ($is_blocked) { return 403; }
            proxy_pass http://127.0.0.1:$port_of_app;
        }`,
        conf`    geo $is_blocked { default 0; 192.0.2.0/24 1; include blocked.geo; }
    map $host $port_of_app { hostnames; default 1; *.home.arpa ${at.app}; include ports.map; }
    split_clients "$remote_addr" $group { 50% a; * b; }
`,
      ),
      'etc/nginx/blocked.geo': '198.51.100.0/24 1;\n2001:db8::/32 1;\n',
      'etc/nginx/ports.map': 'server 1;\nlocation 2;\n',
    }),
  },
  {
    title: 'proxy_cookie_path, proxy_redirect and sub_filter',
    names: ['cookies.home.arpa'],
    tree: (at) =>
      one(
        at,
        'cookies.home.arpa',
        conf`        location / {
            proxy_pass http://127.0.0.1:${at.app};
            proxy_redirect http://127.0.0.1:${at.app}/ /;
            proxy_cookie_path / "/; HttpOnly; SameSite=Lax";
            sub_filter_types application/json;
            sub_filter '"never":' '"{never};":';
            sub_filter_once off;
        }`,
      ),
  },
  {
    title: 'a location with its own headers in a file that two servers share',
    names: ['same.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'same.home.arpa',
        '        include the-app.conf;',
        conf`    server { listen ${at.http}; server_name also.home.arpa; include the-app.conf; }
`,
      ),
      'etc/nginx/the-app.conf': conf`location / {
    proxy_set_header Host $host;
    proxy_pass http://127.0.0.1:${at.app};
}
`,
    }),
    // An edit there would affect the other server too.
    site: { forwards: false, upgrades: false },
    reports: /the-app\.conf/,
    others: ({ http }) => [{ port: http, name: 'also.home.arpa' }],
  },
  {
    title: 'nested and named locations, each with its own headers',
    names: ['levels.home.arpa'],
    tree: (at) =>
      one(
        at,
        'levels.home.arpa',
        conf`        proxy_set_header X-Level server;
        add_header X-Level server;
        location / {
            proxy_set_header X-Level outer;
            location /inner/ {
                proxy_set_header X-Level inner;
                add_header X-Level inner;
                try_files /nothing @app;
            }
            proxy_pass http://127.0.0.1:${at.app};
        }
        location @app {
            proxy_set_header X-Level named;
            proxy_pass http://127.0.0.1:${at.app};
            add_header X-Level named;
        }`,
      ),
    site: { path: '/inner/page', sends: { 'x-level': 'named' } },
  },
  {
    title: 'an upstream with TLS, plus gRPC, uwsgi, SCGI and memcached',
    names: ['mixed.home.arpa'],
    tree: (at) => ({
      ...one(
        at,
        'mixed.home.arpa',
        conf`        location /grpc.Service/ { grpc_pass grpc://127.0.0.1:1; grpc_set_header X-A b; }
        location /uwsgi { include uwsgi_params; uwsgi_pass 127.0.0.1:1; }
        location /scgi { scgi_pass unix:${at.run}/scgi.sock; }
        location /cache { memcached_pass 127.0.0.1:1; set $memcached_key "$uri"; }
        location / { proxy_pass http://127.0.0.1:${at.app}; proxy_ssl_verify on; proxy_ssl_trusted_certificate ${at.root}/etc/ssl/root.pem; }`,
      ),
      'etc/nginx/uwsgi_params': 'uwsgi_param QUERY_STRING $query_string;\nuwsgi_param HTTPS $https if_not_empty;\n',
      'etc/ssl/root.pem': at.snakeoil.certificate,
    }),
  },
  {
    title: 'an app that redirects to HTTPS',
    names: ['forced.home.arpa'],
    tree: (at) =>
      one(
        at,
        'forced.home.arpa',
        conf`        location / {
            proxy_set_header Host $http_host;
            proxy_pass http://127.0.0.1:${at.app};
        }`,
      ),
    site: { path: '/forced', streams: false, upgrades: false },
  },
];
