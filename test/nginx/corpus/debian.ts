/** Debian's /etc/nginx, and other common files. */
import { type SampleEnvironment, conf, type Tree } from './sample.ts';

export const mimeTypes = conf`
types {
    text/html                             html htm shtml;
    text/css                              css;
    text/plain                            txt;
    application/javascript                js;
    image/svg+xml                         svg svgz;
    application/json                      json;
}
`;

export const proxyParams = conf`proxy_set_header Host $http_host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
`;

/** Debian's /etc/nginx, with `sites` in sites-available and links in sites-enabled. */
export function debian(at: SampleEnvironment, sites: Record<string, string>, more: Tree = {}): Tree {
  const tree: Tree = {
    'etc/nginx/nginx.conf': conf`user www-data;
worker_processes auto;
worker_cpu_affinity auto;
pid ${at.run}/nginx.pid;
error_log ${at.run}/error.log;
include ${at.root}/etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
	# multi_accept on;
}

http {

	##
	# Basic Settings
	##

	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;
	server_tokens off;

	include ${at.root}/etc/nginx/mime.types;
	default_type application/octet-stream;

	##
	# SSL Settings
	##

	ssl_protocols TLSv1.2 TLSv1.3; # Dropping SSLv3, ref: POODLE
	ssl_prefer_server_ciphers off;

	access_log ${at.run}/access.log;

	gzip on;
	# gzip_types text/plain text/css application/json;

	##
	# Virtual Host Configs
	##

	include ${at.root}/etc/nginx/conf.d/*.conf;
	include ${at.root}/etc/nginx/sites-enabled/*;
}

#mail {
#	server {
#		listen     localhost:110;
#		protocol   pop3;
#	}
#}
`,
    'etc/nginx/mime.types': mimeTypes,
    'etc/nginx/proxy_params': proxyParams,
  };
  for (const [name, text] of Object.entries(sites)) {
    tree[`etc/nginx/sites-available/${name}`] = text;
    tree[`etc/nginx/sites-enabled/${name}`] = { link: `${at.root}/etc/nginx/sites-available/${name}` };
  }
  return { ...tree, ...more };
}

/** Debian's default site. */
export const debianDefault = (at: SampleEnvironment): string => conf`##
# You should look at the documentation of nginx before you change this.
##
server {
	listen ${at.http} default_server;

	root ${at.root}/var/www/html;

	# Add index.php to the list if you are using PHP
	index index.html index.htm;

	server_name _;

	location / {
		# First attempt to serve request as file, then
		# as directory, then fall back to displaying a 404.
		try_files $uri $uri/ =404;
	}

	#location ~ \.php$ {
	#	include snippets/fastcgi-php.conf;
	#	fastcgi_pass unix:/run/php/php7.4-fpm.sock;
	#}
}
`;
