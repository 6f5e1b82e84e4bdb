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

/** Rows whose first outcome is not what the page says. @param page its text. */
export function differences(page: string, rows: readonly Row[]): string[] {
  return rows
    .filter(([name, [outcome]]) => !page.includes(`\n| ${cell(name)} | ${cell(outcome!)} |`))
    .map(([name, [outcome]]) => `${name}: now ${outcome}`);
}

export function introduction(versions: string): string {
  return `# What the edge makes of bad clients

\`npm run hardening\` sends each case to ${versions}, over TLS, in front of the same
app, and writes down what came back and what reached the app. \`npm run hardening -- --check\` asks Everyhop alone, and
complains where it no longer does what stands here. The same cases are tests (\`test/edge/smuggling.test.ts\`,
\`http2-hardening.test.ts\`, \`http2-slow.test.ts\`, \`http2-bounds.test.ts\`, \`limits.test.ts\`), with what
Everyhop must make of each. nginx and Caddy stand here with the configuration that their manuals show for a streaming
proxy, and as old as Debian 12 has them: older than some of these attacks, so
that their later releases may do better. Their columns differ a little from run to run.

A case is handled well when the app sees exactly one reading of it, or nothing. Sometimes another program is stricter, or
more forgiving for a good reason; then that is what this page says. \`GOAWAY\` and \`reset\` are HTTP/2's ways to end a
connection and a stream; \`goes on\` means that the connection still answers a PING and nothing was said of the request.
Of a great number of requests, and of memory, only steps are told: they are never twice the same. Where a slow client is
given up sooner by another program, that program is the stricter one.
`;
}
