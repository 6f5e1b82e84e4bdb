/** Include trees of web hosting panels. */
import { mimeTypes } from './debian.ts';
import { conf, plainMain, preamble, type Sample } from './sample.ts';

export const hostingPanels: Sample[] = [
  {
    title: 'Plesk-like: TLS and plain blocks in generated files, a folder for additions of the user',
    names: ['plesk.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        `    include ${at.root}/etc/nginx/plesk.conf.d/vhosts/*.conf;\n    include ${at.root}/etc/nginx/plesk.conf.d/server.conf;\n`,
      ),
      'etc/nginx/plesk.conf.d/server.conf': conf`# ATTENTION! THIS FILE WAS GENERATED; CHANGES WILL BE LOST.
server {
	listen 127.0.0.1:${at.http};

	location / { return 200 "server of the panel\n"; }
}
`,
      'etc/nginx/plesk.conf.d/vhosts/plesk.home.arpa.conf': {
        link: '../../../../var/www/vhosts/system/plesk.home.arpa/conf/nginx.conf',
      },
      'var/www/vhosts/system/plesk.home.arpa/conf/nginx.conf': conf`#ATTENTION!
#
#DO NOT MODIFY THIS FILE BECAUSE IT WAS GENERATED AUTOMATICALLY,
#SO ALL YOUR CHANGES WILL BE LOST THE NEXT TIME THE FILE IS GENERATED.

server {
	listen 127.0.0.1:${at.http};

	server_name plesk.home.arpa;
	server_name www.plesk.home.arpa;
	server_name ipv4.plesk.home.arpa;

	client_max_body_size 128m;

	location / {
		proxy_pass http://127.0.0.1:${at.app};
		proxy_hide_header upgrade;
		proxy_set_header Host             $host;
		proxy_set_header X-Real-IP        $remote_addr;
		proxy_set_header X-Forwarded-For  $proxy_add_x_forwarded_for;
		access_log off;
	}

	location @fallback {
		proxy_pass http://127.0.0.1:${at.app};
		internal;
	}

	add_header X-Powered-By PleskLin;

	include "${at.root}/var/www/vhosts/system/plesk.home.arpa/conf/vhost_nginx*.conf";
}
`,
    }),
    site: { sends: { 'x-powered-by': 'PleskLin' } },
    others: ({ http }) => [{ port: http, name: 'x.home.arpa' }],
  },
  {
    title: 'Nginx-Proxy-Manager-like: a file for each host, includes of its conf.d, set $forward_… and custom files',
    names: ['npm.example.com'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': conf`# run nginx in foreground
${preamble(at)}
pcre_jit on;
events {
	include ${at.root}/data/nginx/custom/events[.]conf;
}

http {
	include                       mime.types;
	default_type                  application/octet-stream;
	sendfile                      on;
	server_tokens                 off;
	access_log off;
	proxy_ignore_client_abort     off;
	client_max_body_size          2000m;
	server_names_hash_bucket_size 1024;
	proxy_http_version            1.1;
	proxy_set_header              X-Forwarded-Scheme $scheme;
	proxy_set_header              X-Forwarded-For $proxy_add_x_forwarded_for;
	proxy_set_header              Accept-Encoding "";
	proxy_cache                   off;

	# Local subnets:
	set_real_ip_from 10.0.0.0/8;
	set_real_ip_from 172.16.0.0/12; # Includes Docker subnet
	set_real_ip_from 192.168.0.0/16;
	real_ip_header X-Real-IP;
	real_ip_recursive on;

	map $host $forward_scheme_default { default http; }

	include ${at.root}/data/nginx/custom/http_top[.]conf;
	include ${at.root}/data/nginx/proxy_host/*.conf;
	include ${at.root}/data/nginx/custom/http[.]conf;
}
`,
      'etc/nginx/mime.types': mimeTypes,
      'etc/nginx/conf.d/include/proxy.conf': conf`add_header       X-Served-By $host;
proxy_set_header Host $host;
proxy_set_header X-Forwarded-Scheme $scheme;
proxy_set_header X-Forwarded-Proto  $scheme;
proxy_set_header X-Forwarded-For    $remote_addr;
proxy_set_header X-Real-IP          $remote_addr;
proxy_pass       $forward_scheme://$server:$port$request_uri;
`,
      'etc/nginx/conf.d/include/letsencrypt-acme-challenge.conf': conf`# Rule for legitimate ACME Challenge requests (like /.well-known/acme-challenge/xxxxxxxxx)
location ^~ /.well-known/acme-challenge/ {
	auth_basic off;
	auth_request off;
	allow all;
	default_type "text/plain";
	root ${at.root}/data/letsencrypt-acme-challenge;
}

# Hide /acme-challenge subdirectory and return 404 on all requests.
location = /.well-known/acme-challenge/ {
	return 404;
}
`,
      'data/nginx/proxy_host/1.conf': conf`# ------------------------------------------------------------
# npm.example.com
# ------------------------------------------------------------

server {
  set $forward_scheme http;
  set $server         "127.0.0.1";
  set $port           ${at.app};

  listen ${at.http};

  server_name npm.example.com;

  access_log ${at.run}/proxy-host-1_access.log;
  error_log ${at.run}/proxy-host-1_error.log warn;

  include ${at.root}/etc/nginx/conf.d/include/letsencrypt-acme-challenge.conf;

  location / {
    # Proxy!
    include ${at.root}/etc/nginx/conf.d/include/proxy.conf;
  }

  # Custom
  include ${at.root}/data/nginx/custom/server_proxy[.]conf;
}
`,
      'data/nginx/proxy_host/2.conf': conf`server {
  listen ${at.http};
  server_name two.example.com;
  include ${at.root}/etc/nginx/conf.d/include/letsencrypt-acme-challenge.conf;
  location / { return 200 "two\n"; }
}
`,
    }),
    others: ({ http }) => [
      { port: http, name: 'two.example.com' },
      { port: http, name: 'two.example.com', path: '/.well-known/acme-challenge/' },
    ],
  },
  {
    title: 'ISPConfig-like: listen on a specific address, aliases, and locations that deny access',
    names: ['isp.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/sites-enabled/*.vhost;\n`),
      'etc/nginx/sites-enabled/100-isp.home.arpa.vhost': {
        link: `${at.root}/etc/nginx/sites-available/isp.home.arpa.vhost`,
      },
      'etc/nginx/sites-available/isp.home.arpa.vhost': conf`server {
        listen 127.0.0.1:${at.http};

        server_name isp.home.arpa www.isp.home.arpa;

        root   ${at.root}/var/www/isp.home.arpa/web/;
        disable_symlinks if_not_owner from=$document_root;

        index index.html index.htm index.php index.cgi index.pl index.xhtml standard_index.html;

        error_page 400 /error/400.html;
        error_page 404 /error/404.html;
        recursive_error_pages on;
        location = /error/404.html {
            internal;
            return 404 "not here\n";
        }

        error_log ${at.run}/isp-error.log;
        access_log ${at.run}/isp-access.log combined;

        location ~ /\. {
            deny all;
        }

        location ^~ /.well-known/acme-challenge/ {
            access_log off;
            log_not_found off;
            root ${at.root}/usr/local/ispconfig/interface/acme/;
            autoindex off;
            index index.html;
            try_files $uri $uri/ =404;
        }

        location = /favicon.ico {
            log_not_found off;
            access_log off;
            expires max;
            add_header Cache-Control "public, must-revalidate, proxy-revalidate";
        }

        location @php {
            try_files $uri =404;
            include ${at.root}/etc/nginx/fastcgi_params;
            fastcgi_pass unix:${at.run}/php.sock;
            fastcgi_index index.php;
            fastcgi_intercept_errors on;
        }

        location /chat/ {
            proxy_pass http://127.0.0.1:${at.app}/;
        }
}
`,
      'etc/nginx/fastcgi_params': conf`fastcgi_param  QUERY_STRING       $query_string;
fastcgi_param  REQUEST_METHOD     $request_method;
fastcgi_param  HTTPS              $https if_not_empty;
`,
      'var/www/isp.home.arpa/web/index.html': 'web of a client\n',
    }),
    site: { isApp: false, says: 'web of a client' },
  },
  {
    title: 'CyberPanel-like: two documents in one conf.d, PHP by socket, an extended log format',
    names: ['cyber.home.arpa'],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(
        at,
        conf`    log_format vhost_combined escape=json '{"host":"$host","uri":"$request_uri","agent":"$http_user_agent"}';
    fastcgi_cache_path ${at.run}/fcgi levels=1:2 keys_zone=cyber:1m inactive=60m;
    include ${at.root}/etc/nginx/conf.d/*.conf;
`,
      ),
      'etc/nginx/conf.d/cyber.home.arpa.conf': conf`server {
    listen ${at.http};
    root ${at.root}/home/cyber.home.arpa/public_html;
    index index.php index.html;
    server_name cyber.home.arpa www.cyber.home.arpa;
    access_log ${at.run}/cyber.log vhost_combined;
    set $no_cache "";
    if ($request_method !~ ^(GET|HEAD)$) {
        set $no_cache "1";
    }
    if ($http_cookie ~* "(comment_author|wordpress_[a-f0-9]{32}|wp-postpass)") { set $no_cache 1; }
    location / {
        try_files $uri $uri/ /index.html?$args;
    }
    location ~ [^/]\.php(/|$) {
        fastcgi_split_path_info ^(.+\.php)(/.+)$;
        fastcgi_pass unix:${at.run}/php-fpm.sock;
        fastcgi_cache cyber;
        fastcgi_cache_bypass $no_cache;
        fastcgi_no_cache $no_cache;
        fastcgi_cache_key "$scheme$request_method$host$request_uri";
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    }
    location ~* \.(?:jpg|jpeg|gif|png|ico|gz|svg|mp4|ogg|webm|webp|htc)$ {
        expires 1M;
        access_log off;
        add_header Cache-Control "public";
    }
}
`,
      'home/cyber.home.arpa/public_html/index.html': 'public html\n',
    }),
    site: { isApp: false, says: 'public html' },
  },
  {
    title: 'aaPanel: a PHP site whose block has its root in quotes and an enable-php include',
    names: ['shop.example.com'],
    main: 'www/server/nginx/conf/nginx.conf',
    tree: (at) => ({
      'www/server/nginx/conf/nginx.conf': plainMain(
        at,
        conf`    include mime.types;
    include ${at.root}/www/server/panel/vhost/nginx/*.conf;
`,
      ),
      'www/server/nginx/conf/mime.types': mimeTypes,
      'www/server/nginx/conf/enable-php-81.conf': conf`    location ~ [^/]\.php(/|$)
    {
        try_files $uri =404;
        fastcgi_pass  unix:/tmp/php-cgi-81.sock;
        fastcgi_index index.php;
    }
`,
      'www/server/panel/vhost/nginx/shop.example.com.conf': conf`server
{
    listen ${at.http};
    server_name shop.example.com;
    index index.php index.html index.htm;
    root "${at.root}/www/wwwroot/shop.example.com";

    #PHP-INFO-START  PHP reference configuration, allowed to be commented, deleted or modified
    include enable-php-81.conf;
    #PHP-INFO-END

    # Forbidden files or directories
    location ~ ^/(\.user.ini|\.htaccess|\.git|\.svn|\.project|LICENSE|README.md)
    {
        return 404;
    }

    # Directory verification related settings for one-click application for SSL certificate
    location ~ \.well-known{
        allow all;
    }

    location ~ .*\.(gif|jpg|jpeg|png|bmp|swf)$
    {
        expires      30d;
        error_log /dev/null;
        access_log /dev/null;
    }
}
`,
      'www/wwwroot/shop.example.com/index.html': 'a shop\n',
    }),
    site: { isApp: false, says: 'a shop' },
  },
];
