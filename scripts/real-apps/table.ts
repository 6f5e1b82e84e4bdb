import type { Row } from './measure.ts';

/** The longest failure that a cell holds. */
const longest = 160;

export function page(rows: readonly Row[], date: Date): string {
  const lines = rows.map(({ title, version, place, settings, before, after }) => {
    const where = place.startsWith('/') ? `under \`${place}\`` : 'own name';
    const cells = [
      `${title} ${version}`,
      where,
      settings.map((one) => `\`${one}\``).join(', ') || '–',
      isSame(before, after) ? 'the same' : before,
      after,
    ];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return `# Real apps, before and after

\`npm run real-apps\` made this table on ${date.toISOString().slice(0, 10)}: it installs each app, publishes it, and uses it in Chromium or with its own client.

- **Before**: nginx with a trusted certificate and the lines of most tutorials: \`proxy_pass\`, HTTP/1.1 with \`Upgrade\`, \`Host $http_host\`, \`X-Real-IP\`,
  \`X-Forwarded-For\` and \`X-Forwarded-Proto\`. Under a path, \`proxy_pass\` ends with a slash, and the app has no setting for it.
- **After**: \`everyhop up\` with the app's name or route, and under a path with the settings in the third column. Everyhop recognises the apps.

A page passes only if no request of it fails, none leaves the path, and an answer arrives word by word. Not counted, because
they fail without a proxy, too: Gradio 6's \`/manifest.json\`, a style sheet of Gradio 4, LiteLLM's icons and
database, and files of other hosts.

| app | where | settings under the path | before | after |
|---|---|---|---|---|
${lines.join('\n')}
`;
}

/** But for the number of pieces. */
function isSame(before: string, after: string): boolean {
  return before.replaceAll(/\d+/g, '') === after.replaceAll(/\d+/g, '');
}

/** Without hosts and queries, which differ from run to run. */
function cell(text: string): string {
  const plain = text.replaceAll(/https:\/\/\w+\.test:\d+/g, '').replaceAll(/\?[^\s;']*/g, '');
  const short = plain.length <= longest ? plain : `${plain.slice(0, longest)} …`;
  return short.replaceAll('|', '\\|');
}
