/** Existing redirects, and leftovers of certbot. */
import { debian } from './debian.ts';
import { type SampleEnvironment, conf, plainMain, type Sample, type Tree } from './sample.ts';

const confD = (at: SampleEnvironment, text: string, more: Tree = {}): Tree => ({
  'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
  'etc/nginx/conf.d/site.conf': text,
  ...more,
});

const snakeoil = (at: SampleEnvironment, folder: string): Tree => ({
  [`${folder}/fullchain.pem`]: at.snakeoil.certificate,
  [`${folder}/privkey.pem`]: { content: at.snakeoil.key, mode: 0o600 },
});

export const redirects: Sample[] = [
  {
    title: 'a separate block that redirects www to the bare name',
    names: ['bare.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name www.bare.home.arpa;
    return 301 http://bare.home.arpa:${at.http}$request_uri;
}

server {
    listen ${at.http};
    server_name bare.home.arpa;
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
      ),
    others: ({ http }) => [{ port: http, name: 'www.bare.home.arpa', path: '/a?b' }],
  },
  {
    title: 'a name that if ($host …) redirects to another one',
    names: ['old.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name old.home.arpa new.home.arpa;
    if ($host = 'old.home.arpa') {
        return 302 $scheme://new.home.arpa:$server_port$request_uri;
    }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
      ),
    site: { isApp: false, status: 302 },
    others: ({ http }) => [{ port: http, name: 'new.home.arpa' }],
  },
  {
    title: 'rewrite ^ … permanent for all but one name',
    names: ['wiki.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name wiki.home.arpa docs.home.arpa;
    if ($host !~* ^wiki\.home\.arpa$) {
        rewrite ^(.*)$ http://wiki.home.arpa:${at.http}$1 permanent;
    }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
      ),
    others: ({ http }) => [{ port: http, name: 'docs.home.arpa', path: '/page' }],
  },
  {
    title: 'a separate block that redirects with 301 to HTTPS with a self-signed certificate',
    names: ['moved.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name moved.home.arpa;
    return 301 https://$host:${at.tls}$request_uri;
}

server {
    listen ${at.tls} ssl;
    server_name moved.home.arpa;
    ssl_certificate     ${at.root}/etc/ssl/site/fullchain.pem;
    ssl_certificate_key ${at.root}/etc/ssl/site/privkey.pem;
    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto https;
    }
}
`,
        snakeoil(at, 'etc/ssl/site'),
      ),
  },
  {
    title: "certbot's leftovers: managed lines, its options file, if ($host) followed by return 404",
    names: ['bot.example.com'],
    tree: (at) => ({
      ...debian(at, {
        'bot.example.com': conf`server {
    server_name bot.example.com;

    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }

    listen ${at.tls} ssl; # managed by Certbot
    ssl_certificate ${at.root}/etc/letsencrypt/live/bot.example.com/fullchain.pem; # managed by Certbot
    ssl_certificate_key ${at.root}/etc/letsencrypt/live/bot.example.com/privkey.pem; # managed by Certbot
    include ${at.root}/etc/letsencrypt/options-ssl-nginx.conf; # managed by Certbot
    ssl_dhparam ${at.root}/etc/letsencrypt/ssl-dhparams.pem; # managed by Certbot

}
server {
    if ($host = bot.example.com) {
        return 301 https://$host:${at.tls}$request_uri;
    } # managed by Certbot


    listen ${at.http};
    server_name bot.example.com;
    return 404; # managed by Certbot


}
`,
      }),
      ...snakeoil(at, 'etc/letsencrypt/live/bot.example.com'),
      'etc/letsencrypt/options-ssl-nginx.conf': conf`# This file contains important security parameters.
ssl_session_cache shared:le_nginx_SSL:10m;
ssl_session_timeout 1440m;
ssl_session_tickets off;

ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers off;

ssl_ciphers "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
`,
      'etc/letsencrypt/ssl-dhparams.pem': dhParameters,
    }),
  },
  {
    title: "certbot's lines of a site that no longer uses TLS, commented out",
    names: ['was.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name was.home.arpa;
    # listen 443 ssl; # managed by Certbot
    # ssl_certificate /etc/letsencrypt/live/was.home.arpa/fullchain.pem; # managed by Certbot
    #ssl_certificate_key /etc/letsencrypt/live/was.home.arpa/privkey.pem; # managed by Certbot
    location / { proxy_pass http://127.0.0.1:${at.app}; } # managed by nobody
}
`,
      ),
  },
  {
    title: 'a site behind a proxy that sends X-Forwarded-Proto',
    names: ['behind.home.arpa'],
    tree: (at) =>
      confD(
        at,
        conf`server {
    listen ${at.http};
    server_name behind.home.arpa;
    set $is_plain $scheme;
    if ($http_x_forwarded_proto) { set $is_plain $http_x_forwarded_proto; }
    location /admin { return 403 "not here"; }
    location / {
        proxy_pass http://127.0.0.1:${at.app};
        proxy_set_header X-Forwarded-Proto $is_plain;
        proxy_set_header Host $http_host;
    }
}
`,
      ),
  },
];

/** RFC 7919, Appendix A.1: ffdhe2048. */
const dhParameters = `-----BEGIN DH PARAMETERS-----
MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
-----END DH PARAMETERS-----
`;
