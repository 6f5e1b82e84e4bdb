/** Listeners, workers, other protocols, and Lua. */
import path from 'node:path';
import { nginxModules } from '../../support/tools.ts';
import { one, proxied } from './one-server.ts';
import { conf, plainMain, preamble, type Sample } from './sample.ts';

export const listeners: Sample[] = [
  {
    title: 'two workers',
    names: ['workers.home.arpa'],
    tree: (at) => one(at, 'workers.home.arpa', proxied(at), '', 'worker_processes 2;\n'),
  },
  {
    title: 'two workers with separate sockets (reuseport)',
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
    title: 'a load balancer in front that uses the PROXY protocol',
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
    title: 'a Unix socket and a port',
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
    title: 'deferred accepts, a backlog and a shared upstream on a socket',
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
    title: 'a separate user, a working directory, thread pools, an environment variable',
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
    title: 'a stream block that forwards TLS by server name',
    names: ['streams.home.arpa'],
    needs: ['nginxStream'],
    tree: (at) =>
      one(
        at,
        'streams.home.arpa',
        proxied(at),
        '',
        conf`load_module ${path.join(at.modules, 'ngx_stream_module.so')};
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
    title: 'Lua blocks with braces in long brackets, comments and strings',
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
