/** An answer of an app that programs read differently, or that is followed by bytes for the next visitor. */
export interface AnswerCase {
  name: string;
  /** The answer to a request for /odd, as latin1. Several pieces arrive one after the other. */
  sends: string | readonly string[];
  /** Default GET. `POST` has a body; `unfinished` announces one and sends only its first half. */
  method?: 'HEAD' | 'POST' | 'unfinished';
  /** The app closes the connection after it. */
  closes?: true;
  /** `cut`: the answer starts, and breaks off so that the client notices. */
  expect: { status: number; body: string } | 'cut' | 502;
  /** Over HTTP/2, where different. */
  overHttp2?: AnswerCase['expect'];
  /** The answer ends where it should, so the connection to the app may serve the next request. */
  reusable?: true;
}

const ok = 'HTTP/1.1 200 OK\r\n';
const two = 'Content-Length: 2\r\n';
/** Otherwise the edge closes an idle connection after 4 s. */
const kept = 'Keep-Alive: timeout=600\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const chunks = '2\r\nok\r\n0\r\n\r\n';
/** The answer that another visitor must never get. */
const stolen = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen';
const right = { status: 200, body: 'ok' } as const;

const length = (value: string): string => `${ok}Content-Length:${value}\r\n\r\nok${stolen}`;
const coding = (value: string): string => `${ok}Transfer-Encoding:${value}\r\n\r\n${chunks}${stolen}`;
const withChunks = (bytes: string): string => `${ok}${chunked}\r\n${bytes}${stolen}`;
const withTrailer = (line: string): string => withChunks(`2\r\nok\r\n0\r\n${line}\r\n`);
const bodiless = (status: number, fields: string): string => `HTTP/1.1 ${status} X\r\n${fields}\r\n${stolen}`;

export const answers: readonly AnswerCase[] = [
  // Contradictory lengths (RFC 9112 §6.3)
  { name: 'Content-Length, then chunked', sends: `${ok}Content-Length: 99\r\n${chunked}\r\n${chunks}`, expect: right },
  {
    name: 'chunked, then Content-Length, and more',
    sends: `${ok}${chunked}${two}\r\n${chunks}${stolen}`,
    expect: right,
  },
  { name: 'two different lengths', sends: `${ok}${two}Content-Length: 60\r\n\r\nok${stolen}`, expect: 502 },
  { name: 'two equal lengths, and more', sends: `${ok}${two}${two}\r\nok${stolen}`, expect: right },
  { name: 'a list of two lengths', sends: length(' 2, 60'), expect: 502 },
  { name: 'a list that ends with a comma', sends: length(' 2,'), expect: 502 },
  { name: 'a length below zero', sends: length(' -2'), expect: 502 },
  { name: 'a length with a plus', sends: length(' +2'), expect: 502 },
  { name: 'a length in hex', sends: length(' 0x2'), expect: 502 },
  { name: 'a length with a fraction', sends: length(' 2.0'), expect: 502 },
  { name: 'a length with an exponent', sends: length(' 2e0'), expect: 502 },
  { name: 'a length with a space inside', sends: length(' 1 2'), expect: 502 },
  { name: 'a length with a NUL inside', sends: length(' 1\x002'), expect: 502 },
  { name: 'an empty length', sends: length(''), expect: 502 },
  { name: 'a length beyond 2^53', sends: length(' 99999999999999999999'), expect: 502 },
  { name: 'a length in Arabic digits', sends: length(' \xd9\xa2'), expect: 502 },
  { name: 'a length with zeros first, and more', sends: length(' 0002'), expect: right },
  {
    name: 'a length named in Connection',
    sends: `${ok}Connection: content-length\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'a second length in a folded line',
    sends: `${ok}X: y\r\n Content-Length: 60\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'a second length after a bare CR',
    sends: `${ok}X: y\rContent-Length: 60\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'a second length after a bare LF',
    sends: `${ok}X: y\nContent-Length: 60\r\n${two}\r\nok${stolen}`,
    expect: 502,
  },
  {
    name: 'a second length after a NUL',
    sends: `${ok}X: y\0Content-Length: 60\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  { name: 'a space before the colon of a length', sends: `${ok}Content-Length : 2\r\n\r\nok${stolen}`, expect: right },
  {
    name: 'a length with an underscore',
    sends: `${ok}Content_Length: 60\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },

  // Codings
  { name: 'chunked in two fields, and more', sends: `${ok}${chunked}${chunked}\r\n${chunks}${stolen}`, expect: right },
  { name: 'chunked in a list, and more', sends: coding(' chunked, chunked'), expect: right },
  { name: 'xchunked', sends: coding(' xchunked'), expect: 502 },
  { name: 'chunked in quotes', sends: coding(' "chunked"'), expect: 502 },
  { name: 'chunked with a parameter', sends: coding(' chunked;q=1'), expect: 502 },
  { name: 'gzip, chunked', sends: coding(' gzip, chunked'), expect: 502 },
  { name: 'chunked, gzip', sends: coding(' chunked, gzip'), expect: 502 },
  { name: 'chunked after a vertical tab, and more', sends: coding('\x0bchunked'), expect: right },
  { name: 'chunked in a folded line, and more', sends: coding('\r\n chunked'), expect: right },
  {
    name: 'chunked in HTTP/1.0, and more',
    sends: `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${chunked}\r\n${chunks}${stolen}`,
    expect: right,
  },
  { name: 'chunked with a length, complete', sends: `${ok}${two}${chunked}\r\n${chunks}`, expect: right },

  // Chunks
  { name: 'a chunk size with a plus', sends: withChunks('+2\r\nok\r\n0\r\n\r\n'), expect: 502 },
  { name: 'a chunk size below zero', sends: withChunks('-2\r\nok\r\n0\r\n\r\n'), expect: 502 },
  { name: 'a chunk size with 0x', sends: withChunks('0x2\r\nok\r\n0\r\n\r\n'), expect: 502, overHttp2: 'cut' },
  {
    name: 'a chunk size with an underscore',
    sends: withChunks('0_2\r\nok\r\n0\r\n\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  { name: 'a chunk size after a space', sends: withChunks(' 2\r\nok\r\n0\r\n\r\n'), expect: 502 },
  { name: 'a chunk size before a space', sends: withChunks('2 \r\nok\r\n0\r\n\r\n'), expect: 502, overHttp2: 'cut' },
  {
    name: 'a chunk size beyond 2^64',
    sends: withChunks('10000000000000002\r\nok\r\n0\r\n\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  { name: 'a chunk size line ended by LF', sends: withChunks('2\nok\r\n0\r\n\r\n'), expect: 502, overHttp2: 'cut' },
  {
    name: 'chunk data not followed by CRLF',
    sends: withChunks('2\r\nokay\r\n0\r\n\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  {
    name: 'a chunk extension with a NUL',
    sends: withChunks('2;a=\0\r\nok\r\n0\r\n\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  {
    name: 'a chunk extension with a bare CR',
    sends: withChunks('2;a\rb\r\nok\r\n0\r\n\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  {
    name: 'a chunk extension of 300 bytes',
    sends: withChunks(`2;${'a'.repeat(300)}\r\nok\r\n0\r\n\r\n`),
    expect: 502,
    overHttp2: 'cut',
  },
  { name: 'a bad chunk after a good one', sends: [`${ok}${chunked}\r\n2\r\nok\r\n`, `zz\r\n${stolen}`], expect: 'cut' },
  { name: 'chunks without an end', sends: `${ok}${chunked}\r\n2\r\nok\r\n`, closes: true, expect: 'cut' },
  {
    name: 'trailers that break off',
    sends: `${ok}${chunked}\r\n2\r\nok\r\n0\r\nX: y\r\n`,
    closes: true,
    expect: 'cut',
  },

  // No body, or another than announced
  {
    name: 'a body after HEAD',
    method: 'HEAD',
    sends: `${ok}Content-Length: 50\r\n\r\n${stolen}`,
    expect: { status: 200, body: '' },
  },
  {
    name: 'chunks after HEAD',
    method: 'HEAD',
    sends: `${ok}${chunked}\r\n${chunks}`,
    expect: { status: 200, body: '' },
  },
  {
    name: 'a body after HEAD, a moment later',
    method: 'HEAD',
    sends: [`${ok}${two}\r\n`, stolen],
    expect: { status: 200, body: '' },
  },
  { name: '204 with a body', sends: bodiless(204, 'Content-Length: 50\r\n'), expect: { status: 204, body: '' } },
  {
    name: '204 with chunks',
    sends: `HTTP/1.1 204 X\r\n${chunked}\r\n${chunks}${stolen}`,
    expect: { status: 204, body: '' },
  },
  {
    name: '204 with a body, a moment later',
    sends: ['HTTP/1.1 204 X\r\n\r\n', stolen],
    expect: { status: 204, body: '' },
  },
  { name: '304 with a body', sends: bodiless(304, two), expect: { status: 304, body: '' } },
  { name: '304 with chunks', sends: `HTTP/1.1 304 X\r\n${chunked}\r\n${chunks}`, expect: { status: 304, body: '' } },
  {
    name: '205 with a body, and more',
    sends: `HTTP/1.1 205 X\r\n${two}\r\nok${stolen}`,
    expect: { status: 205, body: '' },
  },
  { name: 'a body longer than announced', sends: `${ok}${two}\r\nok${stolen}`, expect: right },
  { name: 'a body longer than announced, a moment later', sends: [`${ok}${kept}${two}\r\nok`, stolen], expect: right },
  { name: 'a body shorter than announced', sends: `${ok}Content-Length: 9\r\n\r\nok`, closes: true, expect: 'cut' },
  { name: 'a second answer after the last chunk', sends: `${ok}${chunked}\r\n${chunks}${stolen}`, expect: right },
  { name: 'an empty line after the last chunk', sends: `${ok}${chunked}\r\n${chunks}\r\n`, expect: right },
  { name: 'a second answer, a moment later', sends: [`${ok}${kept}${chunked}\r\n${chunks}`, stolen], expect: right },
  { name: 'one byte, a moment later', sends: [`${ok}${kept}${two}\r\nok`, 'H'], expect: right },
  {
    name: 'a body until the end of a kept connection',
    sends: `${ok}Connection: keep-alive\r\n\r\nok`,
    closes: true,
    expect: right,
  },
  { name: 'a body until the end, in HTTP/1.0', sends: 'HTTP/1.0 200 OK\r\n\r\nok', closes: true, expect: right },
  {
    name: 'close inside of keep-alive, and more',
    sends: `${ok}Connection: keep-alive, Close\r\nKeep-Alive: timeout=99\r\n${two}\r\nok`,
    expect: right,
  },
  { name: 'an answer to half of a request', method: 'unfinished', sends: `${ok}${two}\r\nok`, expect: right },
  {
    name: 'a refusal of half of a request, and more',
    method: 'unfinished',
    sends: `HTTP/1.1 413 X\r\n${two}\r\nok${stolen}`,
    expect: { status: 413, body: 'ok' },
  },

  // Informational (RFC 9110 §15.2)
  {
    name: '100, then the answer',
    sends: `HTTP/1.1 100 Continue\r\n\r\n${ok}${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: '103 a hundred times',
    sends: `${'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100)}${ok}${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: '103 that takes a megabyte',
    sends: `${`HTTP/1.1 103 Early Hints\r\nLink: <${'a'.repeat(10_000)}>\r\n\r\n`.repeat(105)}${ok}${two}\r\nok`,
    expect: 502,
  },
  { name: '100 with a body', sends: `HTTP/1.1 100 Continue\r\n${two}\r\nok${ok}${two}\r\nok`, expect: 502 },
  {
    name: '101 without a request for it',
    sends: `HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${stolen}`,
    expect: 502,
  },
  {
    name: '101 for another protocol',
    sends: `HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n${stolen}`,
    expect: 502,
  },
  { name: '199, then the answer', sends: `HTTP/1.1 199 X\r\n\r\n${ok}${two}\r\nok`, expect: right, reusable: true },

  // Status line
  { name: 'status 000', sends: `HTTP/1.1 000 X\r\n${two}\r\nok${stolen}`, expect: 502 },
  { name: 'status 099', sends: `HTTP/1.1 099 X\r\n${two}\r\nok${stolen}`, expect: 502 },
  { name: 'status 1000', sends: `HTTP/1.1 1000 X\r\n${two}\r\nok${stolen}`, expect: 502 },
  { name: 'status abc', sends: `HTTP/1.1 abc X\r\n${two}\r\nok${stolen}`, expect: 502 },
  { name: 'status -20', sends: `HTTP/1.1 -20 X\r\n${two}\r\nok${stolen}`, expect: 502 },
  { name: 'no reason', sends: `HTTP/1.1 200\r\n${two}\r\nok`, expect: right, reusable: true },
  {
    name: 'a reason with an escape sequence',
    sends: `HTTP/1.1 200 \x1b[31mOK\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  { name: 'HTTP/0.9', sends: stolen.slice(-6), closes: true, expect: 502 },
  { name: 'HTTP/2.0', sends: `HTTP/2.0 200 OK\r\n${two}\r\nok`, expect: 502 },
  { name: 'HTTP/11.1', sends: `HTTP/11.1 200 OK\r\n${two}\r\nok`, expect: 502 },
  { name: 'http/1.1 in lower case', sends: `http/1.1 200 OK\r\n${two}\r\nok`, expect: 502 },
  { name: 'a status line without a status', sends: `HTTP/1.1\r\n${two}\r\nok`, expect: 502 },
  { name: 'two status lines', sends: `${ok}${ok}${two}\r\nok${stolen}`, expect: right },
  { name: 'a request instead of an answer', sends: 'GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n', expect: 502 },

  // Fields
  {
    name: 'a bare CR before Set-Cookie',
    sends: `${ok}X: y\rSet-Cookie: a=b\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  { name: 'a NUL in a value', sends: `${ok}X: y\0z\r\n${two}\r\nok`, expect: right, reusable: true },
  {
    name: 'a field named like a pseudo-header',
    sends: `${ok}:status: 500\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'a field named __proto__',
    sends: `${ok}__proto__: 1\r\nconstructor: 2\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'hop-by-hop fields of HTTP/2',
    sends: `${ok}Proxy-Connection: close\r\nTE: x\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  {
    name: 'a Set-Cookie with a second line',
    sends: `${ok}Set-Cookie: a=b\r\n ; Path=/\r\n${two}\r\nok`,
    expect: right,
    reusable: true,
  },
  { name: 'a head of 70 kB', sends: `${ok}X: ${'a'.repeat(70_000)}\r\n${two}\r\nok`, expect: 502 },
  { name: 'a head that never ends', sends: `${ok}${'X: y\r\n'.repeat(12_000)}`, expect: 502 },
  { name: 'a head that breaks off', sends: `${ok}${two}`, closes: true, expect: 502 },
  {
    name: 'a head ended by LF LF, and more',
    sends: `HTTP/1.1 200 OK\nContent-Length: 2\n\nok${stolen}`,
    expect: right,
  },

  // Trailers (RFC 9110 §6.5.1)
  { name: 'a trailer', sends: `${ok}${chunked}\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n`, expect: right, reusable: true },
  { name: 'Content-Length in trailers', sends: withTrailer('Content-Length: 60\r\n'), expect: 502, overHttp2: 'cut' },
  {
    name: 'Transfer-Encoding in trailers',
    sends: withTrailer('Transfer-Encoding: chunked\r\n'),
    expect: 502,
    overHttp2: 'cut',
  },
  { name: 'Set-Cookie in trailers', sends: withTrailer('Set-Cookie: a=b\r\n'), expect: 502, overHttp2: 'cut' },
  { name: 'a trailer with a bare CR', sends: withTrailer('X: y\rz\r\n'), expect: 502, overHttp2: 'cut' },
  { name: 'a trailer without a colon', sends: withTrailer('HTTP/1.1 200 OK\r\n'), expect: 502, overHttp2: 'cut' },
  { name: 'trailers of 70 kB', sends: withTrailer(`X: ${'a'.repeat(70_000)}\r\n`), expect: 'cut' },
];
