import { defineWords } from '../base/language.ts';

export const probeWords = defineWords({
  'probe.refused': { en: 'connection refused', zh: '连接被拒绝' },
  'probe.timed-out': { en: 'timed out', zh: '超时' },
  'probe.no-route': { en: 'no route to this address', zh: '没有到该地址的路由' },
  'probe.dns': { en: 'the name does not resolve', zh: '名称无法解析' },
  'probe.reset': { en: 'connection reset', zh: '连接被重置' },
  'probe.denied': { en: 'this machine does not permit the connection', zh: '本机不允许该连接' },
  'probe.aborted': { en: 'cancelled', zh: '已取消' },
  'probe.failed': { en: 'the connection failed', zh: '连接失败' },
  'probe.not-tls': { en: 'the server does not speak TLS on this port', zh: '服务器在该端口不使用 TLS' },
  'probe.tls-alert': { en: 'the server ended the handshake with an alert', zh: '服务器以 TLS 警报结束了握手' },
  'probe.no-handshake': { en: 'the TLS handshake failed', zh: 'TLS 握手失败' },
  'probe.unverified': { en: 'the certificate does not verify', zh: '证书无法验证' },
  'probe.no-version': { en: 'no HTTP version in common', zh: '没有共同支持的 HTTP 版本' },
  'probe.closed': { en: 'the server closed the connection early', zh: '服务器提前关闭了连接' },
  'probe.malformed': { en: 'the answer is not HTTP', zh: '应答不是 HTTP' },
  'probe.head-too-large': { en: 'the response headers are too large', zh: '响应头过大' },

  'probe.no-connection': { en: 'no connection within {ms} ms', zh: '{ms} 毫秒内未能建立连接' },
  'probe.no-answer': { en: 'no answer within {ms} ms', zh: '{ms} 毫秒内没有应答' },
  'probe.not-in-time': { en: 'no answer in time', zh: '没有及时应答' },
  'probe.slow-handshake': { en: 'no TLS handshake within {ms} ms', zh: '{ms} 毫秒内没有完成 TLS 握手' },
  'probe.no-certificate': { en: 'the server sent no certificate', zh: '服务器没有发送证书' },
  'probe.large-head': { en: 'response headers of more than {bytes} bytes', zh: '响应头超过 {bytes} 字节' },
  'probe.many-interim': { en: 'more than {count} interim answers', zh: '中间应答超过 {count} 个' },

  'probe.certificate.expired': { en: 'the certificate has expired', zh: '证书已过期' },
  'probe.certificate.not-yet-valid': { en: 'the certificate is not valid yet', zh: '证书尚未生效' },
  'probe.certificate.name-mismatch': { en: 'the certificate is for other names', zh: '证书不包含该名称' },
  'probe.certificate.unknown-authority': { en: 'its root is not trusted', zh: '其根证书不受信任' },
  'probe.certificate.missing-issuer': {
    en: 'the server does not send an intermediate certificate, or its root is not trusted',
    zh: '服务器没有发送中间证书，或其根证书不受信任',
  },
  'probe.certificate.self-signed': { en: 'the certificate is self-signed', zh: '证书是自签名的' },
  'probe.certificate.wrong-purpose': { en: 'the certificate is not a server certificate', zh: '证书不是服务器证书' },
  'probe.certificate.constraint-violated': {
    en: 'its authority is not permitted to issue for this name',
    zh: '其颁发机构无权为该名称签发',
  },
  'probe.certificate.other': { en: 'the certificate does not verify', zh: '证书无法验证' },
});
