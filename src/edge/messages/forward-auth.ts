import { defineErrors } from '../../base/errors.ts';

export const forwardAuthError = defineErrors({
  'edge.forward-auth-unreachable': {
    en: {
      meaning: 'The service that admits visitors does not answer at {url}: {reason}.',
      cause: 'It is not running, or it listens elsewhere. Until it answers, its routes on {host} are closed (502).',
      hint: 'Start it, or correct forward_auth in everyhop.yaml. To see what answers there: curl -v {url}',
    },
    zh: {
      meaning: '负责放行访客的服务在 {url} 没有应答：{reason}。',
      cause: '它没有运行，或者监听在别处。在它应答之前，{host} 上使用它的路由保持关闭（502）。',
      hint: '请启动该服务，或改正 everyhop.yaml 中的 forward_auth。查看那里的应答：curl -v {url}',
    },
  },
  'edge.forward-auth-untrusted': {
    en: {
      meaning: 'Cannot verify the certificate of the service that admits visitors, {url}: {reason}.',
      cause:
        'Everyhop sends cookies only to a service that it can verify. Until then, its routes on {host} are closed (502).',
      hint: 'If the service uses a private root, add root: FILE below forward_auth in everyhop.yaml. To inspect the chain: {everyhop trust explain} {url}',
    },
    zh: {
      meaning: '无法验证负责放行访客的服务 {url} 的证书：{reason}。',
      cause: 'Everyhop 只把 Cookie 发给能够验证的服务。在此之前，{host} 上使用它的路由保持关闭（502）。',
      hint: '如果该服务使用私有根证书，请在 everyhop.yaml 的 forward_auth 下添加 root: FILE。检查证书链：{everyhop trust explain} {url}',
    },
  },
  'edge.forward-auth-failed': {
    en: {
      meaning: 'The service that admits visitors answers {status} at {url}.',
      cause: 'The path is wrong, or the service has a problem. Visitors of {host} cannot come in.',
      hint: 'Compare the path with the documentation of the service: /oauth2/auth (oauth2-proxy), /api/authz/forward-auth (Authelia), /outpost.goauthentik.io/auth/traefik (Authentik).',
    },
    zh: {
      meaning: '负责放行访客的服务在 {url} 的应答是 {status}。',
      cause: '路径有误，或者该服务出现问题。{host} 的访客无法进入。',
      hint: '请与该服务的文档核对路径：/oauth2/auth（oauth2-proxy）、/api/authz/forward-auth（Authelia）、/outpost.goauthentik.io/auth/traefik（Authentik）。',
    },
  },
  'edge.forward-auth-open': {
    en: {
      meaning: '{url} admits a visitor without credentials: it answers {status}.',
      cause:
        'Either the service lets everyone in to {host}, or the path is one that always answers so, such as a health check.',
      hint: 'Compare the path with the documentation of the service, and its rules for {host}. To try it: curl -i {url}',
    },
    zh: {
      meaning: '{url} 会放行没有凭据的访客：它的应答是 {status}。',
      cause: '要么该服务允许任何人访问 {host}，要么该路径始终这样应答（例如健康检查）。',
      hint: '请与该服务的文档核对路径，并检查它对 {host} 的规则。试一下：curl -i {url}',
    },
  },
});
