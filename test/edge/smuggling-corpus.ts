/** A request that programs interpret differently, or that no program should accept. */
export interface Case {
  name: string;
  /** The bytes from the client. The edge serves `chat.test`. */
  bytes: string;
  /**
   * `refused`: the client gets this status and the connection closes; nothing reaches the app.
   * `forwarded`: the app gets exactly these requests (method and target), in this order.
   */
  expect: { refused: number } | { forwarded: string[] };
}

const get = (fields: string, target = '/', version = 'HTTP/1.1'): string =>
  `GET ${target} ${version}\r\nHost: chat.test\r\n${fields}\r\n`;
const post = (fields: string, body: string): string => `POST /a HTTP/1.1\r\nHost: chat.test\r\n${fields}\r\n${body}`;
const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: chat.test\r\n\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const refused = (status = 400): Case['expect'] => ({ refused: status });

export const corpus: readonly Case[] = [
  // Contradictory body lengths (RFC 9112 §6.1, §6.3)
  {
    name: 'Content-Length before Transfer-Encoding',
    bytes: post(`Content-Length: 6\r\n${chunked}`, `0\r\n\r\n${smuggled}`),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding before Content-Length',
    bytes: post(`${chunked}Content-Length: 4\r\n`, `5c\r\n${smuggled}\r\n0\r\n\r\n`),
    expect: refused(),
  },
  {
    name: 'Content-Length: 0 with Transfer-Encoding',
    bytes: post(`Content-Length: 0\r\n${chunked}`, '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'two different Content-Length',
    bytes: post('Content-Length: 0\r\nContent-Length: 44\r\n', smuggled),
    expect: refused(),
  },
  {
    name: 'two equal Content-Length',
    bytes: post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'),
    expect: refused(),
  },
  { name: 'Content-Length as a list', bytes: post('Content-Length: 2, 2\r\n', 'ab'), expect: refused() },
  { name: 'Content-Length with a plus', bytes: post('Content-Length: +2\r\n', 'ab'), expect: refused() },
  { name: 'Content-Length below zero', bytes: post('Content-Length: -1\r\n', ''), expect: refused() },
  { name: 'Content-Length in hex', bytes: post('Content-Length: 0x2\r\n', 'ab'), expect: refused() },
  { name: 'Content-Length with a fraction', bytes: post('Content-Length: 2.0\r\n', 'ab'), expect: refused() },
  { name: 'Content-Length with an exponent', bytes: post('Content-Length: 1e1\r\n', 'ab'), expect: refused() },
  { name: 'Content-Length with a space inside', bytes: post('Content-Length: 1 2\r\n', 'ab'), expect: refused() },
  { name: 'empty Content-Length', bytes: post('Content-Length:\r\n', ''), expect: refused() },
  {
    name: 'Content-Length beyond 2^53',
    bytes: post('Content-Length: 99999999999999999999\r\n', ''),
    expect: refused(),
  },
  {
    name: 'Content-Length with a leading zero',
    bytes: post('Content-Length: 02\r\n', 'ab'),
    expect: { forwarded: ['POST /a'] },
  },
  {
    name: 'Content-Length with an underscore in its name',
    bytes: post('Content_Length: 44\r\nContent-Length: 2\r\n', 'ab'),
    expect: { forwarded: ['POST /a'] },
  },

  // Transfer-Encoding that only one side might recognise
  {
    name: 'Transfer-Encoding: xchunked',
    bytes: post('Transfer-Encoding: xchunked\r\n', smuggled),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding: chunked, identity',
    bytes: post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding: identity, chunked',
    bytes: post('Transfer-Encoding: identity, chunked\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding: gzip, chunked',
    bytes: post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  { name: 'Transfer-Encoding: identity', bytes: post('Transfer-Encoding: identity\r\n', ''), expect: refused(501) },
  {
    name: 'Transfer-Encoding: chunked, chunked',
    bytes: post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  { name: 'Transfer-Encoding twice', bytes: post(chunked + chunked, '0\r\n\r\n'), expect: refused() },
  {
    name: 'Transfer-Encoding with a trailing comma',
    bytes: post('Transfer-Encoding: chunked,\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding in quotes',
    bytes: post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding with a parameter',
    bytes: post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding with a vertical tab',
    bytes: post('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding with a no-break space',
    bytes: post('Transfer-Encoding: \xa0chunked\r\n', '0\r\n\r\n'),
    expect: refused(501),
  },
  {
    name: 'Transfer-Encoding with a NUL',
    bytes: post('Transfer-Encoding: chunked\0\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding after a space',
    bytes: post('X: y\r\n Transfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding with a space before the colon',
    bytes: post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding with a tab before the colon',
    bytes: post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding after a bare LF',
    bytes: post('X: y\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding after a bare CR',
    bytes: post('X: y\rTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    bytes: `POST /a HTTP/1.0\r\nHost: chat.test\r\n${chunked}\r\n0\r\n\r\n`,
    expect: refused(),
  },
  {
    name: 'Transfer-Encoding: Chunked',
    bytes: post('Transfer-Encoding: Chunked\r\n', '0\r\n\r\n'),
    expect: { forwarded: ['POST /a'] },
  },
  {
    name: 'Transfer-Encoding named in Connection',
    bytes: post(`Connection: transfer-encoding\r\n${chunked}`, '0\r\n\r\n'),
    expect: { forwarded: ['POST /a'] },
  },
  {
    name: 'Content-Length named in Connection',
    bytes: post('Connection: content-length\r\nContent-Length: 2\r\n', 'ab'),
    expect: { forwarded: ['POST /a'] },
  },

  // Chunks (RFC 9112 §7.1)
  { name: 'chunk size with a plus', bytes: post(chunked, '+2\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size with 0x', bytes: post(chunked, '0x2\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size after a space', bytes: post(chunked, ' 2\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size before a space', bytes: post(chunked, '2 \r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'empty chunk size', bytes: post(chunked, '\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size beyond 2^48', bytes: post(chunked, 'fffffffffffffffff\r\nab'), expect: refused() },
  { name: 'chunk size with an underscore', bytes: post(chunked, '1_0\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size line ended by LF', bytes: post(chunked, '2\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk size line ended by CR', bytes: post(chunked, '2\rab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk data not followed by CRLF', bytes: post(chunked, '2\r\nabXX0\r\n\r\n'), expect: refused() },
  { name: 'chunk data followed by LF', bytes: post(chunked, '2\r\nab\n0\r\n\r\n'), expect: refused() },
  {
    name: 'chunk extension with a bare LF',
    bytes: post(chunked, `2;a\nb\r\nab\r\n0\r\n\r\n${smuggled}`),
    expect: refused(),
  },
  { name: 'chunk extension with a bare CR', bytes: post(chunked, '2;a\rb\r\nab\r\n0\r\n\r\n'), expect: refused() },
  { name: 'chunk extension with a NUL', bytes: post(chunked, '2;a\0\r\nab\r\n0\r\n\r\n'), expect: refused() },
  {
    name: 'chunk extension of 300 bytes',
    bytes: post(chunked, `2;${'a'.repeat(300)}\r\nab\r\n0\r\n\r\n`),
    expect: refused(),
  },
  { name: 'chunk extension', bytes: post(chunked, '2;a=b\r\nab\r\n0\r\n\r\n'), expect: { forwarded: ['POST /a'] } },
  {
    name: 'last chunk of several zeros',
    bytes: post(chunked, '2\r\nab\r\n000\r\n\r\n'),
    expect: { forwarded: ['POST /a'] },
  },
  { name: 'Content-Length in trailers', bytes: post(chunked, '0\r\nContent-Length: 5\r\n\r\n'), expect: refused() },
  { name: 'Host in trailers', bytes: post(chunked, '0\r\nHost: evil.test\r\n\r\n'), expect: refused() },
  { name: 'trailer without a colon', bytes: post(chunked, '0\r\nGET /smuggled HTTP/1.1\r\n\r\n'), expect: refused() },
  { name: 'trailer with a bare LF', bytes: post(chunked, '0\r\nX: y\nZ: q\r\n\r\n'), expect: refused() },
  { name: 'trailer', bytes: post(chunked, '2\r\nab\r\n0\r\nX-Sum: y\r\n\r\n'), expect: { forwarded: ['POST /a'] } },

  // Lines and fields (RFC 9112 §2.2, §5)
  { name: 'head ended by LF LF', bytes: 'GET / HTTP/1.1\nHost: chat.test\n\n\r\n\r\n', expect: refused() },
  { name: 'folded field', bytes: get('X: a\r\n b\r\n'), expect: refused() },
  { name: 'folded field with a tab', bytes: get('X: a\r\n\tb\r\n'), expect: refused() },
  {
    name: 'field line that begins with a space',
    bytes: 'GET / HTTP/1.1\r\n Host: chat.test\r\n\r\n',
    expect: refused(),
  },
  { name: 'field without a colon', bytes: get('Nonsense\r\n'), expect: refused() },
  { name: 'field without a name', bytes: get(': y\r\n'), expect: refused() },
  { name: 'field name with a space', bytes: get('X Y: z\r\n'), expect: refused() },
  { name: 'field name that is not a token', bytes: get('X(Y): z\r\n'), expect: refused() },
  { name: 'field name with high bytes', bytes: get('X\xe4: z\r\n'), expect: refused() },
  { name: 'NUL in a value', bytes: get('X: a\0b\r\n'), expect: refused() },
  { name: 'bare CR in a value', bytes: get('X: a\rb\r\n'), expect: refused() },
  { name: 'CR CR LF', bytes: 'GET / HTTP/1.1\r\r\nHost: chat.test\r\n\r\n', expect: refused() },
  { name: 'two empty lines first', bytes: `\r\n\r\n${get('')}`, expect: refused() },
  { name: 'one empty line first', bytes: `\r\n${get('')}`, expect: { forwarded: ['GET /'] } },
  { name: '201 fields', bytes: get('X: y\r\n'.repeat(201)), expect: refused(431) },
  { name: 'a head of 70 kB', bytes: get(`X: ${'y'.repeat(70_000)}\r\n`), expect: refused(431) },

  // Request line
  { name: 'HTTP/0.9', bytes: 'GET /\r\n\r\n', expect: refused() },
  { name: 'HTTP/1.2', bytes: get('', '/', 'HTTP/1.2'), expect: refused(505) },
  { name: 'HTTP/2.0 in an HTTP/1 request line', bytes: get('', '/', 'HTTP/2.0'), expect: refused(505) },
  { name: 'http/1.1 in lower case', bytes: get('', '/', 'http/1.1'), expect: refused() },
  { name: 'HTTP/1.1 followed by another character', bytes: get('', '/', 'HTTP/1.1x'), expect: refused() },
  { name: 'two spaces in the request line', bytes: get('', ' /'), expect: refused() },
  { name: 'tab in the request line', bytes: 'GET\t/ HTTP/1.1\r\nHost: chat.test\r\n\r\n', expect: refused() },
  { name: 'method that is not a token', bytes: 'G(T / HTTP/1.1\r\nHost: chat.test\r\n\r\n', expect: refused() },
  { name: 'target with a space', bytes: get('', '/a b'), expect: refused() },
  { name: 'target with a fragment', bytes: get('', '/a#b'), expect: refused() },
  { name: 'target with high bytes', bytes: get('', '/\xe4'), expect: { forwarded: ['GET /%E4'] } },
  { name: 'target without a slash', bytes: get('', 'a'), expect: refused() },
  { name: 'target of 20 kB', bytes: get('', `/${'a'.repeat(20_000)}`), expect: refused(414) },
  { name: 'asterisk with GET', bytes: get('', '*'), expect: refused() },
  {
    name: 'asterisk with OPTIONS',
    bytes: 'OPTIONS * HTTP/1.1\r\nHost: chat.test\r\n\r\n',
    expect: { forwarded: ['OPTIONS *'] },
  },
  { name: 'CONNECT', bytes: 'CONNECT chat.test:443 HTTP/1.1\r\nHost: chat.test:443\r\n\r\n', expect: refused() },
  { name: 'TRACE', bytes: 'TRACE / HTTP/1.1\r\nHost: chat.test\r\n\r\n', expect: refused(405) },

  // Host (RFC 9112 §3.2)
  { name: 'no Host', bytes: 'GET / HTTP/1.1\r\n\r\n', expect: refused() },
  { name: 'two Host', bytes: get('Host: evil.test\r\n'), expect: refused() },
  { name: 'two equal Host', bytes: get('Host: chat.test\r\n'), expect: refused() },
  { name: 'empty Host', bytes: 'GET / HTTP/1.1\r\nHost:\r\n\r\n', expect: refused() },
  { name: 'Host with a path', bytes: 'GET / HTTP/1.1\r\nHost: chat.test/evil\r\n\r\n', expect: refused() },
  { name: 'Host with a user', bytes: 'GET / HTTP/1.1\r\nHost: evil@chat.test\r\n\r\n', expect: refused() },
  { name: 'Host as a list', bytes: 'GET / HTTP/1.1\r\nHost: chat.test, evil.test\r\n\r\n', expect: refused() },
  {
    name: 'Host with a non-numeric port',
    bytes: 'GET / HTTP/1.1\r\nHost: chat.test:44x\r\n\r\n',
    expect: refused(),
  },
  {
    name: 'Host with a port beyond 65535',
    bytes: 'GET / HTTP/1.1\r\nHost: chat.test:65536\r\n\r\n',
    expect: refused(),
  },
  { name: 'Host with two ports', bytes: 'GET / HTTP/1.1\r\nHost: chat.test:80:443\r\n\r\n', expect: refused() },
  { name: 'Host with an empty port', bytes: 'GET / HTTP/1.1\r\nHost: chat.test:\r\n\r\n', expect: refused() },
  { name: 'Host with an empty label', bytes: 'GET / HTTP/1.1\r\nHost: chat..test\r\n\r\n', expect: refused() },
  { name: 'Host with two final dots', bytes: 'GET / HTTP/1.1\r\nHost: chat.test..\r\n\r\n', expect: refused() },
  { name: 'Host with a bracket', bytes: 'GET / HTTP/1.1\r\nHost: chat.test]\r\n\r\n', expect: refused() },
  { name: 'Host with a name in brackets', bytes: 'GET / HTTP/1.1\r\nHost: [chat.test]\r\n\r\n', expect: refused() },
  {
    name: 'Host with text after its brackets',
    bytes: 'GET / HTTP/1.1\r\nHost: [::1]chat.test\r\n\r\n',
    expect: refused(),
  },
  { name: 'unknown Host', bytes: 'GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n', expect: refused(421) },
  { name: 'absolute form with another host', bytes: get('', 'http://evil.test/'), expect: refused() },
  { name: 'absolute form with a user', bytes: get('', 'http://chat.test@evil.test/'), expect: refused() },
  { name: 'absolute form with another scheme', bytes: get('', 'ftp://chat.test/'), expect: refused() },
  { name: 'absolute form', bytes: get('', 'https://chat.test/x?y'), expect: { forwarded: ['GET /x?y'] } },

  // Several requests and upgrades
  {
    name: 'GET with a body, then another request',
    bytes: `GET /a HTTP/1.1\r\nHost: chat.test\r\nContent-Length: 2\r\n\r\nab${smuggled}`,
    expect: { forwarded: ['GET /a', 'GET /smuggled'] },
  },
  { name: 'two requests at once', bytes: get('', '/1') + get('', '/2'), expect: { forwarded: ['GET /1', 'GET /2'] } },
  {
    name: 'h2c upgrade',
    bytes: get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n'),
    expect: { forwarded: ['GET /'] },
  },
  { name: 'unknown Expect value', bytes: get('Expect: 200-maybe\r\n'), expect: refused(417) },
];
