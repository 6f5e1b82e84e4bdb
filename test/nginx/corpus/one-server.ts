import { type SampleEnvironment, conf, plainMain, type Tree } from './sample.ts';

/** A configuration with a single server block. */
export function one(at: SampleEnvironment, name: string, text: string, http = '', more = ''): Tree {
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

/** A location with `proxy_pass` to the app. */
export const proxied = (at: SampleEnvironment, location = '/'): string =>
  conf`        location ${location} { proxy_pass http://127.0.0.1:${at.app}; }`;

/** A file in conf.d, plus directives for `http`. */
export function guide(at: SampleEnvironment, name: string, text: string, http = ''): Tree {
  return {
    'etc/nginx/nginx.conf': plainMain(at, `${http}    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    [`etc/nginx/conf.d/${name}.conf`]: text,
  };
}
