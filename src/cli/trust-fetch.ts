import path from 'node:path';
import { type FetchedRoot, fetchRoot, saveRoot } from '../app/trust.ts';
import { fingerprintLines } from '../base/fingerprint.ts';
import { shellWord } from '../base/invocation.ts';
import { ask, canAsk } from './ask.ts';
import type { CommandContext } from './context.ts';
import { cliError, say } from './messages.ts';
import { trustInstall } from './trust.ts';

interface FetchFlags {
  fingerprint?: string[];
  out?: string;
  install?: true;
  state?: string;
  store?: ('system' | 'nss' | 'java')[];
}

const usualFile = 'everyhop-root.pem';

/** `everyhop trust fetch`: the root of another machine, if it has the expected fingerprint. */
export async function trustFetch(context: CommandContext, url: string, flags: FetchFlags): Promise<void> {
  const { output } = context;
  const root = await fetchRoot({
    url,
    fingerprint: flags.fingerprint?.join(''),
    confirm: canAsk() && !output.json ? (offered) => confirm(context, offered.certificate.fingerprint) : undefined,
  });
  const file = path.resolve(flags.out ?? usualFile);
  if (!(await saveRoot(file, root))) throw cliError('cli.other-root', { file });
  output.value({ event: 'fetched', ...valueOf(root), file });
  const until = new Date(root.notAfterMs).toISOString().slice(0, 10);
  output.line('trust.fetched', { subject: root.subject, until, file }, 'green');
  if (flags.install) return trustInstall(context, { ...flags, root: [file] });
  output.line('trust.fetched.install', { file: shellWord(file) });
}

async function confirm({ output, language }: CommandContext, fingerprint: string): Promise<boolean> {
  output.note('trust.fetch.compare', { lines: fingerprintLines(fingerprint).join('\n    ') });
  return ask(`${say(language, 'trust.fetch.question', {})} `);
}

function valueOf({ fingerprint, subject, notAfterMs }: FetchedRoot): object {
  return { fingerprint, subject, notAfterMs };
}
