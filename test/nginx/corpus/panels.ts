/** Include trees of server management panels. */
import { mimeTypes } from './debian.ts';
import { conf, type Sample } from './sample.ts';

export const panels: Sample[] = [
  {
    title: 'BaoTa: /www/server, vhost, rewrite and proxy folders, a well-known location, Chinese comments',
    names: ['ai.home.arpa'],
    main: 'www/server/nginx/conf/nginx.conf',
    tree: (at) => ({
      'www/server/nginx/conf/nginx.conf': conf`user  www-data www-data;
worker_processes auto;
error_log  ${at.run}/error.log  crit;
pid        ${at.run}/nginx.pid;
worker_rlimit_nofile 51200;

events
    {
        use epoll;
        worker_connections 512;
        multi_accept on;
    }

http
    {
        include       mime.types;
		#include luawaf.conf;

		include proxy.conf;

        default_type  application/octet-stream;

        server_names_hash_bucket_size 512;
        client_header_buffer_size 32k;
        large_client_header_buffers 4 32k;
        client_max_body_size 50m;

        sendfile   on;
        tcp_nopush on;

        keepalive_timeout 60;

        gzip on;
        gzip_min_length  1k;
        gzip_buffers     4 16k;
        gzip_http_version 1.1;
        gzip_comp_level 2;
        gzip_types     text/plain application/javascript application/x-javascript text/javascript text/css application/xml;
        gzip_vary on;
        gzip_proxied   expired no-cache no-store private auth;
        gzip_disable   "MSIE [1-6]\.";

        limit_conn_zone $binary_remote_addr zone=perip:10m;
        limit_conn_zone $server_name zone=perserver:10m;

        server_tokens off;
        access_log off;

server
    {
        listen ${at.second};
        server_name phpmyadmin;
        index index.html index.htm index.php;
        root  /www/server/phpmyadmin;
        location ~ /tmp/ {
            return 403;
        }
        location / { return 200 "phpmyadmin"; }
    }
include ${at.root}/www/server/panel/vhost/nginx/*.conf;
}
`,
      'www/server/nginx/conf/mime.types': mimeTypes,
      'www/server/nginx/conf/proxy.conf':
        'proxy_temp_file_write_size 64k;\nproxy_buffers 4 64k;\nproxy_buffer_size 64k;\nproxy_busy_buffers_size 128k;\nproxy_max_temp_file_size 0;\n',
      'www/server/panel/vhost/nginx/0.default.conf': conf`server
{
    listen ${at.http};
    server_name _;
    index index.html;
    root ${at.root}/www/server/nginx/html;
}
`,
      'www/server/nginx/html/index.html': '没有找到站点\n',
      'www/server/panel/vhost/nginx/ai.home.arpa.conf': conf`server
{
    listen ${at.http};
    server_name ai.home.arpa;
    index index.php index.html index.htm default.php default.htm default.html;
    root ${at.root}/www/wwwroot/ai.home.arpa;

    #SSL-START SSL相关配置，请勿删除或修改下一行带注释的404规则
    #error_page 404/404.html;
    #SSL-END

    #CERT-APPLY-CHECK--START
    # 用于SSL证书申请时的文件验证相关配置 -- 请勿删除
    include ${at.root}/www/server/panel/vhost/nginx/well-known/ai.home.arpa.conf;
    #CERT-APPLY-CHECK--END

    #引用反向代理规则，注释后配置的反向代理将无效
    include ${at.root}/www/server/panel/vhost/nginx/proxy/ai.home.arpa/*.conf;

    #REWRITE-START URL重写规则引用,修改后将导致面板设置的伪静态规则失效
    include ${at.root}/www/server/panel/vhost/rewrite/ai.home.arpa.conf;
    #REWRITE-END

    #禁止访问的文件或目录
    location ~ ^/(\.user.ini|\.htaccess|\.git|\.env|\.svn|\.project|LICENSE|README.md)
    {
        return 404;
    }

    #一键申请SSL证书验证目录相关设置
    location ~ \.well-known{
        allow all;
    }

    #禁止在证书验证目录放入敏感文件
    if ( $uri ~ "^/\.well-known/.*\.(php|jsp|py|js|css|lua|ts|go|zip|tar\.gz|rar|7z|sql|bak)$" ) {
        return 403;
    }

    access_log  ${at.run}/ai.home.arpa.log;
    error_log  ${at.run}/ai.home.arpa.error.log;
}
`,
      'www/server/panel/vhost/nginx/well-known/ai.home.arpa.conf': '',
      'www/server/panel/vhost/rewrite/ai.home.arpa.conf': '',
      'www/server/panel/vhost/nginx/proxy/ai.home.arpa/3f0f_ai.home.arpa.conf': conf`
#PROXY-START/

location ^~ /
{
    proxy_pass http://127.0.0.1:${at.app};
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header REMOTE-HOST $remote_addr;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_http_version 1.1;
    # proxy_hide_header Upgrade;

    add_header X-Cache $upstream_cache_status;

    #Set Nginx Cache
    set $static_fileKbN2Wxx 0;
    if ( $uri ~* "\.(gif|png|jpg|css|js|woff|woff2)$" )
    {
        set $static_fileKbN2Wxx 1;
        expires 1m;
    }
    if ( $static_fileKbN2Wxx = 0 )
    {
        add_header Cache-Control no-cache;
    }
}

#PROXY-END/
`,
      'www/server/panel/vhost/nginx/0.websocket.conf': conf`map $http_upgrade $connection_upgrade {
    default upgrade;
    ''  close;
}
`,
    }),
    others: ({ http, second }) => [
      { port: http, name: 'nobody.home.arpa' },
      { port: second, name: 'phpmyadmin' },
    ],
  },
  {
    title: '1Panel: OpenResty layout with conf.d, one folder for each site, an ACME location with a shared root',
    names: ['one-panel.home.arpa'],
    main: 'usr/local/openresty/nginx/conf/nginx.conf',
    tree: (at) => ({
      'usr/local/openresty/nginx/conf/nginx.conf': conf`user  root;
worker_processes  auto;
error_log  ${at.run}/error.log notice;
pid        ${at.run}/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       mime.types;
    default_type  application/octet-stream;
    server_tokens off;
    access_log off;
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' close;
    }
    include ${at.root}/usr/local/openresty/nginx/conf/conf.d/*.conf;
}
`,
      'usr/local/openresty/nginx/conf/mime.types': mimeTypes,
      'usr/local/openresty/nginx/conf/conf.d/00.default.conf': conf`server {
    listen ${at.http} default_server;
    server_name _;
    return 200 "default of the panel\n";
}
`,
      'usr/local/openresty/nginx/conf/conf.d/one-panel.home.arpa.conf': conf`server {
    listen ${at.http} ;
    server_name one-panel.home.arpa;
    index index.php index.html index.htm default.php default.htm default.html;
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Host $server_name;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    access_log ${at.run}/one-panel-access.log;
    error_log ${at.run}/one-panel-error.log;
    location ^~ /.well-known/acme-challenge {
        allow all;
        root ${at.root}/usr/share/nginx/html;
    }
    include ${at.root}/www/sites/one-panel.home.arpa/proxy/*.conf;
}
`,
      'www/sites/one-panel.home.arpa/proxy/root.conf': conf`location ^~ / {
    proxy_pass http://127.0.0.1:${at.app};
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header REMOTE-HOST $remote_addr;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_http_version 1.1;
    add_header X-Cache $upstream_cache_status;
    add_header Cache-Control no-cache;
}
`,
    }),
    others: ({ http }) => [{ port: http, name: 'x.home.arpa' }],
  },
];
