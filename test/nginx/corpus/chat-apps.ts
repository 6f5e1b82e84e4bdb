/** Reverse proxies from the guides of chat apps. */
import { debian } from './debian.ts';
import { guide } from './one-server.ts';
import { conf, type Sample } from './sample.ts';

const upgradeMap = conf`    map $http_upgrade $connection_upgrade {
        default upgrade;
        ''      close;
    }

`;

export const chatApps: Sample[] = [
  {
    title: 'Open WebUI with WebSockets and without buffering, from its guide',
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
    title: 'NextChat with only proxy_pass, which buffers answers',
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
    reports: /proxy_buffering on/,
  },
  {
    title: 'h2oGPT (Gradio) below a path, with a static page at the root',
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
    title: 'Gradio with X-Forwarded-Proto http, from its guide',
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
    title: 'Debian: app and API in two files, the API with a separate public name',
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
    title: 'AnythingLLM with a separate location for the agent, and sub_filter',
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
