/** Reverse proxies from the guides of model servers and of platforms on top of them. */
import { guide } from './one-server.ts';
import { conf, type Sample } from './sample.ts';

export const modelServers: Sample[] = [
  {
    title: 'Langchain-Chatchat: the page (Streamlit) and the API (FastAPI) on one name',
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
    title: 'Ollama, which needs a specific Host',
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
    title: 'vLLM with several replicas, least_conn, and an API key checked by a map',
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
    // A file that all locations share sets Connection.
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
];
