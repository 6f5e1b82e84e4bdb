export type Row = [name: string, outcomes: string[]];

export function table(title: string, proxies: readonly { name: string }[], rows: readonly Row[]): string {
  return [
    `## ${title}`,
    '',
    `| case | ${proxies.map(({ name }) => name).join(' | ')} |`,
    `|---|${proxies.map(() => '---|').join('')}`,
    ...rows.map(([name, outcomes]) => `| ${cell(name)} | ${outcomes.map(cell).join(' | ')} |`),
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Rows whose first outcome differs from the page. @param page its text. */
export function differences(page: string, rows: readonly Row[]): string[] {
  return rows
    .filter(([name, [outcome]]) => !page.includes(`\n| ${cell(name)} | ${cell(outcome!)} |`))
    .map(([name, [outcome]]) => `${name}: now ${outcome}`);
}

export function introduction(versions: string): string {
  return `# How the edge handles bad clients

\`npm run hardening\` sends each case to ${versions}, over TLS, in front of the same
app, and records the response and the requests that reached the app. \`npm run hardening -- --check\` sends the cases to
Everyhop alone and reports every outcome that differs from this page. The same cases are tests
(\`test/edge/smuggling.test.ts\`, \`answers.test.ts\`, \`http2-hardening.test.ts\`, \`http2-slow.test.ts\`, \`http2-bounds.test.ts\`,
\`limits.test.ts\`), each with the outcome that Everyhop must have. nginx and Caddy run with the configuration that their
manuals recommend for a streaming proxy, in the versions of Debian 12. These are older than some of the attacks, so later
releases may do better. Their columns vary a little from run to run.

A case is handled well if the app sees exactly one reading of it, or nothing; an answer of an app, if the client sees one reading of it,
and the next visitor nothing. In some rows another program is stricter, or
more lenient for a good reason. \`GOAWAY\` and \`reset\` end an HTTP/2 connection and an HTTP/2 stream;
\`goes on\` means that the connection still answers a PING and the request got no response. Large counts of requests, and
memory, appear in steps, because exact values differ from run to run. For slow clients, a program that gives up sooner is
the stricter one.
`;
}

const attacks = /^## Access: attacks\n[\s\S]*?<!-- end of attacks -->\n/m;

/** The part that a run of all tests makes. @param former the page so far. */
export function attacksOf(former: string): string {
  return attacks.exec(former)![0];
}
