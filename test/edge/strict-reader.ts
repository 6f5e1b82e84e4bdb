/** An independent, very strict parser of HTTP/1.1 requests, to check what is forwarded to apps. */
export interface ParsedRequest {
  method: string;
  target: string;
  fields: [name: string, value: string][];
  body: string;
}

/** All complete requests of a connection. `rest`: the remaining bytes. `problem`: the first parse error. */
export function readRequests(text: string): { whole: ParsedRequest[]; rest: string; problem: string | undefined } {
  const whole: ParsedRequest[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return { whole, rest, problem: undefined };
    const lines = rest.slice(0, end).split('\r\n');
    const line = /^([A-Z]+) (\/[!-~]*|\*) HTTP\/1\.1$/.exec(lines[0]!);
    if (!line) return { whole, rest, problem: `request line ${lines[0]}` };
    const fields: [string, string][] = [];
    for (const field of lines.slice(1)) {
      const match = /^([A-Za-z0-9_-]+): ([\t -~\x80-\xff]*)$/.exec(field);
      if (!match) return { whole, rest, problem: `field ${field}` };
      fields.push([match[1]!.toLowerCase(), match[2]!]);
    }
    const values = (name: string): string[] => fields.filter((field) => field[0] === name).map((field) => field[1]);
    if (values('host').length !== 1) return { whole, rest, problem: 'Host' };
    const lengths = values('content-length');
    const codings = values('transfer-encoding');
    if (lengths.length + codings.length > 1) return { whole, rest, problem: 'two framings' };
    let body = '';
    let next = end + 4;
    if (codings.length === 1) {
      const read = readChunks(rest, next);
      if (read === 'incomplete') return { whole, rest, problem: undefined };
      if (read === 'bad' || codings[0] !== 'chunked') return { whole, rest, problem: 'chunks' };
      ({ body, next } = read);
    } else if (lengths.length === 1) {
      const length = Number(lengths[0]);
      if (!/^\d+$/.test(lengths[0]!)) return { whole, rest, problem: 'Content-Length' };
      if (rest.length < next + length) return { whole, rest, problem: undefined };
      body = rest.slice(next, next + length);
      next += length;
    }
    whole.push({ method: line[1]!, target: line[2]!, fields, body });
    rest = rest.slice(next);
  }
}

interface ParsedAnswer {
  status: number;
  body: string;
  /** It says that the connection closes after it. */
  closes: boolean;
  /** The offset after its last byte. */
  end: number;
}

/**
 * The first answer of a connection to a client, after any 1xx; undefined while it is incomplete.
 * @throws Error if it is not what every client reads in the same way.
 */
export function readAnswer(text: string, method: string): ParsedAnswer | undefined {
  for (let at = 0; ;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) return undefined;
    const [first, ...lines] = text.slice(at, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 ([1-9]\d\d) [\t -~\x80-\xff]*$/.exec(first!)?.[1]);
    if (!status) throw new Error(`status line ${first}`);
    const fields = lines.map((line) => {
      const match = /^([!#$%&'*+\-.^_`|~\w]+): ([\t -~\x80-\xff]*)$/.exec(line);
      if (!match) throw new Error(`field ${JSON.stringify(line)}`);
      return [match[1]!.toLowerCase(), match[2]!] as const;
    });
    const values = (name: string): string[] => fields.filter((field) => field[0] === name).map((field) => field[1]);
    const [lengths, codings] = [values('content-length'), values('transfer-encoding')];
    if (lengths.length + codings.length > 1) throw new Error('two framings');
    at = end + 4;
    if (status < 200) {
      if (lengths.length + codings.length > 0) throw new Error(`a framing of ${status}`);
      continue;
    }
    const closes = values('connection').some((value) => /\bclose\b/i.test(value));
    if (method === 'HEAD' || status === 204 || status === 304) return { status, body: '', closes, end: at };
    if (codings.length === 1) {
      if (codings[0] !== 'chunked') throw new Error(codings[0]);
      const read = readChunks(text, at);
      if (read === 'bad') throw new Error('chunks');
      return read === 'incomplete' ? undefined : { status, body: read.body, closes, end: read.next };
    }
    if (lengths.length === 0) throw new Error('no framing');
    if (!/^\d+$/.test(lengths[0]!)) throw new Error('Content-Length');
    const next = at + Number(lengths[0]);
    return text.length < next ? undefined : { status, body: text.slice(at, next), closes, end: next };
  }
}

function readChunks(text: string, from: number): { body: string; next: number } | 'incomplete' | 'bad' {
  let at = from;
  let body = '';
  for (;;) {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return 'incomplete';
    const size = /^([0-9a-f]+)(?:;[ -~]*)?$/i.exec(text.slice(at, end));
    if (!size) return 'bad';
    const length = Number.parseInt(size[1]!, 16);
    at = end + 2;
    if (length === 0) {
      for (;;) {
        const lineEnd = text.indexOf('\r\n', at);
        if (lineEnd < 0) return 'incomplete';
        const trailer = text.slice(at, lineEnd);
        at = lineEnd + 2;
        if (trailer === '') return { body, next: at };
        if (!/^[A-Za-z0-9-]+: ?[ -~]*$/.test(trailer)) return 'bad';
      }
    }
    if (text.length < at + length + 2) return 'incomplete';
    body += text.slice(at, at + length);
    if (text.slice(at + length, at + length + 2) !== '\r\n') return 'bad';
    at += length + 2;
  }
}
