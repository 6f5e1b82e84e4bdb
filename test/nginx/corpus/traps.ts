/** What stands in the way: access rules, inheritance, hidden files, other protocols, other languages. */
import path from 'node:path';
import { nginxModules } from '../../support/tools.ts';
import { proxyParams } from './layouts.ts';
import { type At, conf, plainMain, preamble, type Sample, type Tree } from './sample.ts';

/** One server in http, of this name, with this in it. */
function one(at: At, name: string, text: string, http = '', more = ''): Tree {
  return {
    'etc/nginx/nginx.conf': plainMain(
      at,
      conf`${http}    server {
        listen ${at.http};
        server_name ${name};
${text}
    }
`,
      more,
    ),
  };
}

const proxied = (at: At, location = '/'): string =>
  conf`        location ${location} { proxy_pass http://127.0.0.1:${at.app}; }`;
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
    title: 'a password, and a public authority that has none',
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
    title: 'deny all on the server, and a public authority that must get in',
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
    title: 'another program is asked about each request (auth_request)',
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
    title: 'hidden files are denied by a regular expression, which would hide .well-known',
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
    title: 'requests are limited',
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
    title: 'only GET and HEAD, strange agents turned away with 444',
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

export const locations: Sample[] = [
  {
    title: 'a webroot for acme challenges is there already, as guides of acme clients say',
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
    title: 'a stateless answer to acme challenges, and one for all sites by an include',
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
    title: 'location = / beside location /, and a named one that errors lead to',
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
    title: 'the default server closes with 444, and a public name beside it',
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
    title: 'error pages of its own, with a path that needs a location',
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
    title: 'a root that is relative, try_files, and types in the server',
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
    title: 'PHP by a socket beside the chat, whose program is away',
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

export const inheritance: Sample[] = [
  {
    title: 'proxy_set_header and add_header in http, with some of their own in the location',
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
    title: 'headers in http that the location has from there alone',
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
    title: 'a shared file of proxy headers, in the server of one and in the location of another',
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
    title: 'server-wide proxy settings that ours would repeat: buffering, version, time-outs, body size, HTTP/2',
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
  },
  {
    title: 'if in a location, with proxy_pass in it',
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
    title: 'map, geo and split_clients with free words',
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
    title: 'an app that keeps its cookies: proxy_cookie_path, proxy_redirect, sub_filter',
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
];

export const listeners: Sample[] = [
  {
    title: 'two workers',
    names: ['workers.home.arpa'],
    tree: (at) => one(at, 'workers.home.arpa', proxied(at), '', 'worker_processes 2;\n'),
  },
  {
    title: 'two workers that each have a socket of their own (reuseport)',
    names: ['reuse.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server { listen ${at.http} reuseport backlog=512 so_keepalive=on; server_name reuse.home.arpa;
${proxied(at)}
    }
    server { listen ${at.http}; server_name other.home.arpa; return 200 "other"; }
`,
        'worker_processes 2;\n',
      ),
    }),
    others: ({ http }) => [{ port: http, name: 'other.home.arpa' }],
  },
  {
    title: 'a balancer in front that speaks the PROXY protocol',
    names: ['balanced.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    set_real_ip_from 127.0.0.1;
    real_ip_header proxy_protocol;
    server {
        listen ${at.http} proxy_protocol;
        server_name balanced.home.arpa;
        location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header X-Real-IP $proxy_protocol_addr; }
    }
    server { listen ${at.second}; server_name direct.home.arpa; return 200 "direct"; }
`,
      ),
    }),
    site: { saysProxy: true },
    others: ({ second }) => [{ port: second, name: 'direct.home.arpa' }],
  },
  {
    title: 'a socket in the file system beside a port',
    names: ['socket.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    server {
        listen ${at.http};
        listen unix:${at.run}/site.sock;
        server_name socket.home.arpa;
${proxied(at)}
    }
    server { listen unix:${at.run}/other.sock; server_name _; return 200 "by socket"; }
`,
      ),
    }),
    others: ({ run }) => [{ port: 0, socket: `${run}/other.sock`, name: 'anything' }],
  },
  {
    title: 'deferred accepts, a backlog and a shared upstream by socket',
    names: ['options.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    upstream app { zone app 64k; ip_hash; server 127.0.0.1:${at.app} weight=5 max_fails=0; keepalive 4; }
    server {
        listen *:${at.http} default_server deferred backlog=1024 rcvbuf=64k;
        server_name options.home.arpa;
        location / { proxy_pass http://app; proxy_set_header Connection ""; proxy_http_version 1.1; proxy_set_header Host $host; }
    }
`,
        'worker_processes 2;\nworker_shutdown_timeout 5s;\n',
      ),
    }),
  },
  {
    title: 'a user of its own, a working directory, thread pools, an environment variable',
    names: ['user.home.arpa'],
    tree: (at) =>
      one(
        at,
        'user.home.arpa',
        proxied(at),
        '',
        conf`user nobody nogroup;
worker_processes 1;
working_directory ${at.run};
thread_pool default threads=2 max_queue=64;
env TZ;
timer_resolution 100ms;
`,
      ),
  },
  {
    title: 'a stream block that passes TLS on by its name',
    names: ['streams.home.arpa'],
    needs: ['nginxStream'],
    tree: (at) =>
      one(
        at,
        'streams.home.arpa',
        proxied(at),
        '',
        conf`load_module ${path.join(nginxModules, 'ngx_stream_module.so')};
stream {
    map $ssl_preread_server_name $where { server_name 127.0.0.1:1; default 127.0.0.1:${at.app}; }
    server {
        listen 127.0.0.1:${at.second};
        ssl_preread on;
        proxy_pass $where;
    }
}
`,
      ),
    others: ({ second }) => [{ port: second, name: 'through.home.arpa' }],
  },
  {
    title: 'Lua in its blocks: long brackets, comments and strings with braces',
    names: ['lua.home.arpa'],
    needs: ['nginxLua'],
    tree: (at) =>
      one(
        at,
        'lua.home.arpa',
        conf`        location = /lua {
            content_by_lua_block {
                -- a comment with a brace: }
                local text = "}" .. '{' .. [==[ }} ]] ]==]
                --[[ and a long one }
                  } ]]
                local t = { a = { b = "x" } }
                ngx.say(#text, t.a.b)
            }
        }
        access_by_lua_block {
            if ngx.var.http_x_never == "yes" then return ngx.exit(403) end
        }
${proxied(at)}`,
        conf`    init_by_lua_block { greeting = "hello" -- }
    }
`,
        conf`load_module ${path.join(nginxModules, 'ndk_http_module.so')};
load_module ${path.join(nginxModules, 'ngx_http_lua_module.so')};
`,
      ),
  },
  {
    title: 'logs to syslog and memory, buffers, a resolver, open_file_cache',
    names: ['logs.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': conf`${preamble(at)}
error_log memory:1m debug;
events { worker_connections 200; accept_mutex on; }
http {
    log_format json escape=json '{"t":"$time_iso8601","s":"$status","r":"$request"}';
    access_log ${at.run}/a.log json buffer=4k flush=1s if=$loggable;
    access_log syslog:server=127.0.0.1:514,facility=local7,tag=nginx json;
    map $status $loggable { ~^[23] 0; default 1; }
    open_file_cache max=100 inactive=20s;
    resolver 127.0.0.1:1 valid=30s ipv6=off;
    server {
        listen ${at.http};
        server_name logs.home.arpa;
${proxied(at)}
    }
}
`,
    }),
  },
];
