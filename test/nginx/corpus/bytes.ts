/** Bytes: line ends, encodings, quotes, comments in odd places. */
import { type SampleEnvironment, conf, plainMain, type Sample, type Tree } from './sample.ts';

const withFile = (at: SampleEnvironment, file: string | Buffer): Tree => ({
  'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
  'etc/nginx/conf.d/site.conf': file,
});

export const bytes: Sample[] = [
  {
    title: 'everything on one line, without a final newline',
    names: ['line.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': conf`pid ${at.run}/nginx.pid;error_log ${at.run}/error.log;events{}http{access_log off;server{listen ${at.http};server_name line.home.arpa;location /{proxy_pass http://127.0.0.1:${at.app};}}}`,
    }),
  },
  {
    title: 'Windows line ends',
    names: ['crlf.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`# written elsewhere
server {
    listen ${at.http};
    server_name crlf.home.arpa;

    location / {
        proxy_pass http://127.0.0.1:${at.app};
    }
}
`.replaceAll('\n', '\r\n'),
      ),
  },
  {
    title: 'byte order marks in the middle of a file, in a comment and in a string',
    names: ['bom.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`# one \uFEFF
server { listen ${at.http}; server_name bom.home.arpa; location / { proxy_pass http://127.0.0.1:${at.app}; } }
# two \uFEFF server {
server { listen ${at.http}; server_name beside.home.arpa; location / { return 200 "\uFEFFbeside"; } }
`.replaceAll(String.raw`\uFEFF`, '\uFEFF'),
      ),
    others: ({ http }) => [{ port: http, name: 'beside.home.arpa' }],
  },
  {
    title: 'tabs, blank lines and spaces at the ends of lines',
    names: ['tabs.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        `\t \n\nserver\t{\t  \n\t\tlisten\t\t${at.http}  ;\t\n\n\n  server_name\n\t\ttabs.home.arpa\n\t;  \n\tlocation\t/\t{\n\t\tproxy_pass\thttp://127.0.0.1:${at.app}\t;\n\t}\n\n}\t\n \t`,
      ),
  },
  {
    title: 'Chinese in UTF-8, in comments and in strings',
    names: ['utf8.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`# 聊天应用：反向代理
server { # 服务器
    listen ${at.http}; # 端口
    server_name utf8.home.arpa;
    location = /hello { default_type text/plain; return 200 "你好，世界 🌏"; }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
      ),
  },
  {
    title: 'Chinese in GBK, with second bytes that are braces and backslashes',
    names: ['gbk.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        Buffer.concat([
          // 、 is A1 A2; 誠 is D5 5C, 竰 is B8 7B: a backslash and a brace, in a comment.
          Buffer.from([0x23, 0x20, 0xa1, 0xa2, 0xd5, 0x5c, 0xb8, 0x7b, 0x0a]),
          Buffer.from(conf`server {
    listen ${at.http};
    server_name gbk.home.arpa;
    add_header X-Title "`),
          Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
          Buffer.from(conf`";
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`),
        ]),
      ),
  },
  {
    title: 'Latin-1 in a comment after the opening brace',
    names: ['latin.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        Buffer.from(
          conf`server { # für Gäste, naïve façade
    listen ${at.http}; server_name latin.home.arpa;
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
          'latin1',
        ),
      ),
  },
  {
    title: 'braces and semicolons in quotes, escaped quotes, a # that starts no comment',
    names: ['quotes.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`"server" {
    'listen' "${at.http}";
    "server_name" 'quotes.home.arpa';
    add_header X-A "} server { listen 1; }";
    add_header X-B 'it\'s' always;
    add_header X-C "a \"b\" c; # d";
    add_header X-D a#b;
    location ~ "^/x{1,3}/[^{};]*$" { return 200 "x{"; }
    location ~* \.(a|b)$ { return 200 'dot'; }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
      ),
  },
  {
    title: 'comments in every possible place',
    names: ['comments.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`server # { a server
# }
{# at once
listen # the port follows
${at.http};
server_name # names:
    # one
    comments.home.arpa # and no more
    ; # the end of it
location # everything
/ # below the root
{ # goes
proxy_pass # to
http://127.0.0.1:${at.app} # the app
;#
}#}
}# }
#`,
      ),
  },
  {
    title: 'variables in braces, and words that contain braces',
    names: ['braces.home.arpa'],
    tree: (at) =>
      withFile(
        at,
        conf`map $http_x_kind $kind { default none; ~^[a-z]+$ word; "~^\d{4}$" number; }
server {
    listen ${at.http};
    server_name braces.home.arpa;
    set $where "HOST_PART";
    set $target http://$BRACED:${at.app};
    location /j { default_type application/json; return 200 '{"kind":"$kind","at":"${'$'}{scheme}x"}'; }
    location / { proxy_pass $target; }
}
`
          .replace('$BRACED', '${where}')
          .replace('HOST_PART', '127.0.0.1'),
      ),
  },
];
