/** Reverse proxies as the guides of chat apps print them. */
import { debian } from './layouts.ts';
import { type At, conf, plainMain, type Sample, type Tree } from './sample.ts';

/** One file in conf.d, and what the guide wants in `http`. */
function guide(at: At, name: string, text: string, http = ''): Tree {
  return {
    'etc/nginx/nginx.conf': plainMain(at, `${http}    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    [`etc/nginx/conf.d/${name}.conf`]: text,
  };
}

const upgradeMap = conf`    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }

`;

export const chatApps: Sample[] = [
  {
    title: 'Open WebUI, WebSockets and no buffering as its guide says',
    names: ['openwebui.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'open-webui',
        conf`server {
    listen ${at.http};
    server_name openwebui.home.arpa;

    location / {
        proxy_pass http://127.0.0.1:${at.app};

        # WebSocket support
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";

        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;

        # (Optional) Disable proxy buffering for better streaming response from models
        proxy_buffering off;

        # (Optional) Increase max request size for large attachments and long audio messages
        client_max_body_size 20M;
        proxy_read_timeout 10m;
    }
}
`,
      ),
  },
  {
    title: 'Open WebUI behind an upstream block with keepalive, and no WebSockets',
    names: ['webui.example.com'],
    tree: (at) =>
      guide(
        at,
        'open-webui',
        conf`upstream open_webui {
    server 127.0.0.1:${at.app};
    keepalive 16;
}

server {
    listen ${at.http};
    server_name webui.example.com;
    client_max_body_size 100m;

    location / {
        proxy_pass http://open_webui;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
`,
      ),
  },
  {
    title: 'NextChat with the map for WebSockets in http',
    names: ['nextchat.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'nextchat',
        conf`server {
    listen ${at.http};
    server_name nextchat.home.arpa;

    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $http_host;
        chunked_transfer_encoding on;
        tcp_nopush on;
        tcp_nodelay on;
        keepalive_timeout 300;
        proxy_cache off;
        proxy_buffering off;
    }
}
`,
        upgradeMap,
      ),
  },
  {
    title: 'NextChat with proxy_pass alone, which holds an answer back',
    names: ['next.internal'],
    tree: (at) =>
      guide(
        at,
        'nextchat',
        conf`server {
    listen ${at.http};
    server_name next.internal;
    location / { proxy_pass http://localhost:${at.app}/; }
}
`.replace('localhost', '127.0.0.1'),
      ),
  },
  {
    title: 'LibreChat: two locations, gzip, buffering on',
    names: ['libre.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'librechat',
        conf`server {
    listen ${at.http};
    server_name libre.home.arpa;

    # The default limits for image uploads as of 11/22/23 is 20MB/file, and 25MB/request
    client_max_body_size 25M;

    gzip on;
    gzip_proxied any;
    gzip_types text/plain application/json text/event-stream;
    proxy_buffering on;

    location /api/ {
        proxy_pass http://127.0.0.1:${at.app}/api/;
    }

    location / {
        proxy_pass http://127.0.0.1:${at.app}/;
    }
}
`,
      ),
    site: { streams: false },
    tells: /proxy_buffering on/,
  },
  {
    title: 'h2oGPT (Gradio) below a path, and the page of the machine at the root',
    names: ['gpu.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'gradio',
        conf`server {
    listen ${at.http};
    server_name gpu.home.arpa;

    location /gradio-demo/ {  # Change this if you'd like to server your Gradio app on a different path
        proxy_pass http://127.0.0.1:${at.app}/; # Change this if your Gradio app will be running on a different port
        proxy_buffering off;
        proxy_redirect off;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }

    location / { return 200 "the machine\n"; }
}
`,
      ),
    site: { path: '/gradio-demo/' },
  },
  {
    title: 'Gradio whose guide writes X-Forwarded-Proto http',
    names: ['gradio.internal'],
    tree: (at) =>
      guide(
        at,
        'gradio',
        conf`server {
    listen ${at.http};
    server_name gradio.internal;
    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header Host $host:$server_port;
        proxy_set_header X-Forwarded-Proto http;
        proxy_set_header X-Forwarded-Host $host;
    }
}
`,
      ),
  },
  {
    title: 'Langchain-Chatchat: the page (Streamlit) and the API (FastAPI) below one name',
    names: ['chatchat.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'chatchat',
        conf`server {
    listen ${at.http};
    server_name chatchat.home.arpa;

    location /_stcore/stream {
        proxy_pass http://127.0.0.1:${at.app}/_stcore/stream;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Host $http_host;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 86400;
    }

    location ^~ /static {
        proxy_pass http://127.0.0.1:${at.app}/static/;
    }

    location /api/ {
        rewrite ^/api/(.*)$ /$1 break;
        proxy_pass http://127.0.0.1:${at.app};
    }

    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header Host $http_host;
    }
}
`,
      ),
  },
  {
    title: 'Streamlit with variables in proxy_pass',
    names: ['streamlit.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'streamlit',
        conf`server {
    listen ${at.http};
    server_name streamlit.home.arpa;
    set $upstream 127.0.0.1:${at.app};
    set $scheme_of_upstream "http";

    location / {
        proxy_pass $scheme_of_upstream://$upstream$request_uri;
        proxy_set_header Host $http_host;
    }
}
`,
      ),
  },
  {
    title: 'Ollama, which wants a Host of its own',
    names: ['ollama.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'ollama',
        conf`server {
    listen ${at.http};
    server_name ollama.home.arpa;
    location / {
        proxy_pass http://localhost:${at.app};
        proxy_set_header Host localhost:11434;
        proxy_set_header Origin "";
    }
}
`.replace('http://localhost', 'http://127.0.0.1'),
      ),
  },
  {
    title: 'vLLM, several replicas, least_conn, an API key looked at by a map',
    names: ['models.example.com'],
    tree: (at) =>
      guide(
        at,
        'vllm',
        conf`upstream backend {
    least_conn;
    server 127.0.0.1:${at.app} max_fails=3 fail_timeout=10000s;
    server 127.0.0.1:${at.app} max_fails=3 fail_timeout=10000s;
}
map $http_authorization $is_allowed {
    default         0;
    "Bearer let-me" 1;
    "~^Bearer [a-z]{4}-\d{2,3}$" 1;
}
server {
    listen ${at.http};
    server_name models.example.com;
    location / {
        if ($is_allowed = 0) { return 401 "who are you\n"; }
        proxy_pass http://backend;
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
`,
      ),
    site: { headers: { authorization: 'Bearer abcd-12' } },
  },
  {
    title: "Dify: its own nginx template's locations and proxy.conf",
    names: ['dify.home.arpa'],
    tree: (at) => {
      const to = (location: string, more = ''): string => conf`    location ${location} {
      proxy_pass http://127.0.0.1:${at.app};${more}
      include proxy.conf;
    }

`;
      const locations = ['/console/api', '/api', '/v1', '/files', '/explore', '/mcp'].map((location) => to(location));
      return {
        ...guide(
          at,
          'default',
          conf`# Please do not directly edit this file.

server {
    listen ${at.http};
    server_name dify.home.arpa;

${locations.join('')}${to('/e/', '\n      proxy_set_header Dify-Hook-Url $scheme://$host$request_uri;')}${to('/')}
}
`,
        ),
        'etc/nginx/proxy.conf': conf`proxy_set_header Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Port $server_port;
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_buffering off;
proxy_read_timeout 3600s;
proxy_send_timeout 3600s;
`,
      };
    },
    // A file that all locations share says what becomes of Connection.
    site: { upgrades: false },
  },
  {
    title: 'LlamaDeploy: control plane, long polls, HTTP/1.0 to the upstream',
    names: ['llama.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'llama-deploy',
        conf`server {
    listen ${at.http};
    server_name llama.home.arpa;
    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_read_timeout 120;
        proxy_connect_timeout 5;
        proxy_send_timeout 120;
    }
    location ~ "^/deployments/(?<deployment>[a-z]{1,20})/ui" {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header X-Deployment $deployment;
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
    }
}
`,
      ),
    site: { path: '/deployments/chat/ui' },
  },
  {
    title: 'Debian: app and API in two files, the API below a public name of its own',
    names: ['api.example.com'],
    tree: (at) =>
      debian(at, {
        'api.example.com': conf`server {
	listen ${at.http};
	server_name api.example.com;
	proxy_request_buffering off;
	proxy_set_header Host $host;
	proxy_set_header X-Via api;
	location /v1/ { proxy_pass http://127.0.0.1:${at.app}; }
	location / { return 404; }
}
`,
        'chat.example.com': conf`server {
	listen ${at.http};
	server_name chat.example.com;
	location / { proxy_pass http://127.0.0.1:${at.app}; include proxy_params; }
}
`,
      }),
    site: { path: '/v1/chat/completions' },
    others: ({ http }) => [{ port: http, name: 'chat.example.com', path: '/others' }],
  },
  {
    title: 'AnythingLLM: the agent has a location of its own, sub_filter rewrites the page',
    names: ['anything.home.arpa'],
    tree: (at) =>
      guide(
        at,
        'anythingllm',
        conf`server {
   # Enable websocket connections for agent protocol.
   location ~* ^/api/agent-invocation/(.*) {
      proxy_pass http://127.0.0.1:${at.app};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "Upgrade";
   }

   listen ${at.http};
   server_name anything.home.arpa;
   location / {
      # Prevent timeouts on long-running requests.
      proxy_connect_timeout       605;
      proxy_send_timeout          605;
      proxy_read_timeout          605;
      send_timeout                605;
      keepalive_timeout           605;

      # Enable readable HTTP Streaming for LLM streamed responses
      proxy_buffering off;
      proxy_cache off;

      # Proxy your locally running service
      proxy_pass  http://127.0.0.1:${at.app};
    }
}
`,
      ),
  },
];
