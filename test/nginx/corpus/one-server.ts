import { type At, conf, plainMain, type Tree } from './sample.ts';

/** One server in http, of this name, with this in it. */
export function one(at: At, name: string, text: string, http = '', more = ''): Tree {
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

/** A location that leads to the app. */
export const proxied = (at: At, location = '/'): string =>
  conf`        location ${location} { proxy_pass http://127.0.0.1:${at.app}; }`;

/** One file in conf.d, and what the guide wants in `http`. */
export function guide(at: At, name: string, text: string, http = ''): Tree {
  return {
    'etc/nginx/nginx.conf': plainMain(at, `${http}    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    [`etc/nginx/conf.d/${name}.conf`]: text,
  };
}
