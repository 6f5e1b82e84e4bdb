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
