/** File layouts of distributions and users. */
import { debian, debianDefault, mimeTypes, proxyParams } from './debian.ts';
import { type SampleEnvironment, conf, plainMain, preamble, type Sample, type Tree } from './sample.ts';

const welcome: Tree = { 'var/www/html/index.html': '<h1>It works</h1>\n' };

const chat = (at: SampleEnvironment, name: string): string => conf`server {
	listen ${at.http};
	server_name ${name};

	location / {
		include proxy_params;
		proxy_pass http://127.0.0.1:${at.app};
	}
}
`;

export const layouts: Sample[] = [
  {
    title: "Debian: a chat app next to Debian's default site, linked in sites-enabled",
    names: ['chat.home.arpa'],
    tree: (at) => debian(at, { default: debianDefault(at), chat: chat(at, 'chat.home.arpa') }, welcome),
    others: ({ http }) => [{ port: http, name: 'anything.home.arpa' }],
  },
  {
    title: 'Debian: the default site with a name',
    names: ['home.internal'],
    tree: (at) =>
      debian(at, { default: debianDefault(at).replace('server_name _', 'server_name home.internal') }, welcome),
    site: { isApp: false, says: 'It works' },
  },
  {
    title: 'Debian: relative links, and a chain of links from another folder',
    names: ['deep.home.arpa'],
    tree: (at) => {
      const tree = debian(at, { default: debianDefault(at) }, welcome);
      tree['srv/sites/current'] = { link: 'release-7' };
      tree['srv/sites/release-7/deep.conf'] = chat(at, 'deep.home.arpa');
      tree['etc/nginx/sites-available/deep'] = { link: '../../../srv/sites/current/deep.conf' };
      tree['etc/nginx/sites-enabled/50-deep'] = { link: '../sites-available/deep' };
      return tree;
    },
    others: ({ http }) => [{ port: http, name: 'other.home.arpa' }],
  },
  {
    title: 'Debian: snippets in the server and in the location, used by two sites',
    names: ['one.home.arpa'],
    tree: (at) => {
      const site = (name: string): string => conf`server {
	listen ${at.http};
	server_name ${name};
	include snippets/common.conf;

	location / {
		include proxy_params;
		proxy_pass http://127.0.0.1:${at.app};
	}
}
`;
      return debian(
        at,
        { one: site('one.home.arpa'), two: site('two.home.arpa') },
        {
          'etc/nginx/snippets/common.conf': conf`# shared by all sites
client_max_body_size 20m;
location = /robots.txt { return 200 "User-agent: *\nDisallow: /\n"; }
`,
        },
      );
    },
    others: ({ http }) => [
      { port: http, name: 'two.home.arpa', path: '/robots.txt' },
      { port: http, name: 'two.home.arpa' },
    ],
  },
  {
    title: 'Debian: a chat app with a certificate from a public authority',
    names: ['chat.example.com'],
    tree: (at) => debian(at, { default: debianDefault(at), chat: chat(at, 'chat.example.com') }, welcome),
    others: ({ http }) => [{ port: http, name: 'unknown.example.com' }],
  },
  {
    title: "nginx.org's packages: conf.d with its default.conf",
    names: ['app.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': conf`
user  www-data;
worker_processes  auto;

error_log  ${at.run}/error.log notice;
pid        ${at.run}/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       ${at.root}/etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  ${at.run}/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include ${at.root}/etc/nginx/conf.d/*.conf;
}
`,
      'etc/nginx/mime.types': mimeTypes,
      'etc/nginx/conf.d/default.conf': conf`server {
    listen       ${at.http};
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   ${at.root}/usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   ${at.root}/usr/share/nginx/html;
    }
}
`,
      'etc/nginx/conf.d/app.conf': chat(at, 'app.home.arpa').replace(
        'include proxy_params;',
        'proxy_set_header Host $host;',
      ),
      'usr/share/nginx/html/index.html': '<title>Welcome</title>\n',
    }),
    others: ({ http }) => [{ port: http, name: 'localhost' }],
  },
  {
    title: 'everything in nginx.conf',
    names: ['single.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`
    server {
        listen ${at.http};
        server_name single.home.arpa;
        location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host $host; }
    }

    server {
        listen ${at.http};
        server_name beside.home.arpa;
        location / { return 200 "beside\n"; }
    }
`,
      ),
    }),
    others: ({ http }) => [{ port: http, name: 'beside.home.arpa' }],
  },
  {
    title: 'nested includes, globs of folders, and a glob without matches',
    names: ['nested.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': conf`${preamble(at)}
include parts/events.conf;
http {
    include parts/http.conf;
}
`,
      'etc/nginx/parts/events.conf': 'events { worker_connections 128; }\n',
      'etc/nginx/parts/http.conf': 'access_log off;\ninclude parts/none-here/*.conf;\ninclude hosts/*/server.conf;\n',
      'etc/nginx/hosts/b-other/server.conf': conf`server { listen ${at.http}; server_name other.home.arpa; return 200 "other"; }
`,
      'etc/nginx/hosts/a-nested/server.conf': conf`server {
    include hosts/a-nested/listen.inc;
    include hosts/a-nested/names.inc;
    include hosts/a-nested/loc-[0-9]*.inc;
}
`,
      'etc/nginx/hosts/a-nested/listen.inc': `listen ${at.http};\n`,
      'etc/nginx/hosts/a-nested/names.inc': 'server_name nested.home.arpa;\n',
      'etc/nginx/hosts/a-nested/loc-10.inc': conf`location / {
    proxy_pass http://127.0.0.1:${at.app};
    proxy_set_header Host $http_host;
}
`,
      'etc/nginx/hosts/a-nested/loc-20.inc': 'location = /about { return 200 "about"; }\n',
    }),
    others: ({ http }) => [{ port: http, name: 'other.home.arpa' }],
  },
  {
    title: 'hidden files, backups and a read-only file that must not change',
    names: ['kept.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/vhosts/*.conf;\n`),
      'etc/nginx/vhosts/kept.conf': {
        content: chat(at, 'kept.home.arpa').replace('include proxy_params;', ''),
        mode: 0o640,
      },
      'etc/nginx/vhosts/kept.conf.bak': 'server { this is no longer valid\n',
      'etc/nginx/vhosts/.hidden.conf': 'nor is this {\n',
      'etc/nginx/vhosts/locked.conf': {
        content: conf`server { listen ${at.http}; server_name locked.home.arpa; return 200 "locked"; }
`,
        mode: 0o444,
      },
    }),
    others: ({ http }) => [{ port: http, name: 'locked.home.arpa' }],
  },
  {
    title: 'many sites in one file, comments between them, several servers with the name on different ports',
    names: ['many.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(at, '    include sites.conf;\n'),
      'etc/nginx/sites.conf': conf`# ---- first ----
server { listen ${at.http}; server_name first.home.arpa; location / { return 200 "first"; } }
# ---- the chat ----
server {
  # where people come
  listen ${at.http};
  server_name many.home.arpa;
  location / { proxy_pass http://127.0.0.1:${at.app}; }
} # end of the chat
# ---- the chat's numbers, for the local network ----
server {
  listen ${at.second};
  server_name many.home.arpa;
  location / { return 200 "numbers"; }
}
# ---- last ----
server { listen ${at.http}; server_name last.home.arpa; location / { return 302 http://first.home.arpa/; } }
`,
    }),
    others: ({ http }) => [
      { port: http, name: 'first.home.arpa' },
      { port: http, name: 'last.home.arpa', path: '/x?y=1' },
    ],
  },
  {
    title: 'a block of two hundred lines',
    names: ['long.home.arpa'],
    tree: (at) => {
      const lines = Array.from(
        { length: 190 },
        (
          _,
          index,
        ) => conf`    location = /page-${index} { add_header X-Page ${index}; return 200 "page ${index}"; } # page ${index}
`,
      );
      return {
        'etc/nginx/nginx.conf': plainMain(at, '    include conf.d/*.conf;\n'),
        'etc/nginx/conf.d/long.conf': conf`server {
    listen ${at.http};
    server_name long.home.arpa;
${lines.join('')}    location / {
        proxy_pass http://127.0.0.1:${at.app};
    }
}
`,
      };
    },
  },
  {
    title: 'a configuration folder behind a link',
    names: ['linked.home.arpa'],
    tree: (at) => ({
      'etc/nginx': { link: '../opt/nginx-config' },
      'opt/nginx-config/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
      'opt/nginx-config/conf.d/linked.conf': chat(at, 'linked.home.arpa').replace('include proxy_params;', ''),
    }),
  },
  {
    title: 'blanks in the names of folders and of the main configuration',
    names: ['blanks.home.arpa'],
    main: 'etc/my nginx/nginx.conf',
    tree: (at) => ({
      'etc/my nginx/nginx.conf': plainMain(at, `    include "${at.root}/etc/my nginx/my sites/*.conf";\n`),
      'etc/my nginx/my sites/the chat.conf': chat(at, 'blanks.home.arpa').replace(
        'proxy_params',
        "'my snippets/proxy.conf'",
      ),
      'etc/my nginx/my snippets/proxy.conf': proxyParams,
    }),
  },
  {
    title: 'folders and files with Chinese names',
    names: ['chinese.home.arpa'],
    main: 'etc/配置/nginx.conf',
    tree: (at) => ({
      'etc/配置/nginx.conf': plainMain(at, '    include 站点/*.conf;\n'),
      'etc/配置/站点/聊天.conf': chat(at, 'chinese.home.arpa').replace('proxy_params', '片段/代理.conf'),
      'etc/配置/片段/代理.conf': proxyParams,
    }),
  },
];
