import path from 'node:path';
import { type NginxOverview, showNginx } from '../app/nginx.ts';
import { clock } from '../app/system.ts';
import type { Language } from '../base/language.ts';
import { aligned } from './columns.ts';
import type { CommandContext } from './context.ts';
import { say } from './messages.ts';
import { visible } from './visible.ts';

interface ShowFlags {
  conf?: string;
  nginx?: string;
  prefix?: string;
}

/** `everyhop nginx show`: the server block that answers for each name on each listener. */
export async function nginxShow({ output, language }: CommandContext, flags: ShowFlags): Promise<void> {
  const seen = await showNginx({ program: flags.nginx, conf: flags.conf, prefix: flags.prefix });
  output.value(seen);
  if (output.json) return;
  if (seen.rows.length + seen.streams.length === 0) return output.line('nginx.show.none', { conf: seen.confFile });
  const head = ['listener', 'name', 'block', 'certificate', 'leads-to'] as const;
  const titles = head.map((column) => say(language, `nginx.show.${column}`, {}));
  const rows = seen.rows.map((row) => cellsOf(row, seen.confFile, language));
  const streams = seen.streams.map((row) => streamCells(row, seen.confFile, language));
  const [title, ...lines] = aligned([titles, ...rows, ...streams]);
  output.text(title!, 'bold');
  for (const line of lines) output.text(visible(line));
}

function cellsOf(row: NginxOverview['rows'][number], confFile: string, language: Language): string[] {
  const kind = [row.tls && !row.quic && 'TLS', row.http2 && 'h2', row.quic && 'h3'].filter(Boolean).join(' ');
  const name = row.name ?? say(language, 'nginx.show.others', {});
  const place = placeText(row.place, confFile);
  const marks = row.managed ? ` ${say(language, 'nginx.show.managed', {})}` : '';
  return [
    [row.listener, kind].filter(Boolean).join(' '),
    row.ignored ? `${name} ${say(language, 'nginx.show.ignored', {})}` : name,
    place + marks,
    row.certificates.map((certificate) => certificateText(certificate, language)).join(', ') || '–',
    row.leadsTo ?? '–',
  ];
}

function streamCells(
  { listener, tls, place, leadsTo }: NginxOverview['streams'][number],
  confFile: string,
  language: Language,
): string[] {
  const name = say(language, 'nginx.show.stream', {});
  return [tls ? `${listener} TLS` : listener, name, placeText(place, confFile), '–', leadsTo ?? '–'];
}

function placeText({ file: full, line }: { file: string; line?: number }, confFile: string): string {
  const file = path.relative(path.dirname(confFile), full);
  return `${file.startsWith('..') ? full : file}:${line}`;
}

function certificateText(
  { file, notAfterMs, coversName }: NginxOverview['rows'][number]['certificates'][number],
  language: Language,
): string {
  if (notAfterMs === undefined) return file;
  const date = new Date(notAfterMs).toISOString().slice(0, 10);
  const key = notAfterMs < clock.now() ? 'nginx.show.expired' : 'nginx.show.until';
  const text = `${file} ${say(language, key, { date })}`;
  return coversName === false ? `${text} ${say(language, 'nginx.show.uncovered', {})}` : text;
}
