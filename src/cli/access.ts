import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  type AccessKey,
  addKey,
  formatRate,
  type InForce,
  listKeys,
  passwordsError,
  revokeKey,
  setUser,
} from '../app/access.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { askSecret } from './ask.ts';
import { aligned } from './columns.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output.ts';
import { say } from './messages.ts';
import { reportRefusal } from './running.ts';

interface StateOption {
  state?: string;
}

/** `everyhop access add-key`: standard output is the key and nothing else. */
export async function accessAddKey(
  { output, env }: CommandContext,
  name: string,
  options: StateOption & { site?: string[]; expires?: string; rate?: string },
): Promise<void> {
  const folder = chosenStateFolder(options.state, env);
  const { site: sites = [], expires, rate } = options;
  const inForce = await addKey(folder, { name, sites, expires, rate }, (key, record) => {
    output.note('access.key.once', { name }, 'yellow');
    output.value({ ...shown(record), key: key.reveal() });
    if (!output.json) output.text(key.reveal());
    output.note('access.key.limits', limitsOf(output, record));
    output.note('access.key.use', {});
  });
  tellOutcome(output, inForce, folder);
}

/** `everyhop access list-keys`. */
export async function accessListKeys({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const keys = await listKeys(chosenStateFolder(options.state, env));
  output.value(keys.map(shown));
  if (output.json) return;
  if (keys.length === 0) return output.line('access.key.none', {});
  const head = (['name', 'sites', 'expires', 'rate', 'created', 'used'] as const).map((column) =>
    output.say(`access.column.${column}`, {}),
  );
  const rows = keys.map((key) => {
    const { sites, expires, rate } = limitsOf(output, key);
    const used = key.usedMs === undefined ? output.say('access.key.unused', {}) : minuteOf(key.usedMs);
    return [key.name, sites, expires, rate, minuteOf(key.createdMs).slice(0, 10), used];
  });
  for (const line of aligned([head, ...rows])) output.text(line);
}

/** `everyhop access revoke-key`. */
export async function accessRevokeKey(
  { output, env }: CommandContext,
  name: string,
  options: StateOption & { endStreams?: true },
): Promise<void> {
  const folder = chosenStateFolder(options.state, env);
  const { wasInForce, inForce } = await revokeKey(folder, name, options.endStreams === true);
  output.line(wasInForce ? 'access.key.revoked' : 'access.key.revoked-before', { name }, 'green');
  if (inForce && 'refusal' in inForce) return reportRefusal(output, inForce.refusal);
  output.value({ revoked: name, streamsEnded: inForce !== undefined && options.endStreams === true });
  if (!inForce) return;
  if (options.endStreams) output.line('access.key.ended', {});
  else output.note('access.key.streams-go-on', { name });
}

/** `everyhop access add-user`. */
export async function accessAddUser(
  context: CommandContext,
  name: string,
  { file: given }: { file: string },
): Promise<void> {
  const { output } = context;
  const file = path.resolve(given);
  const outcome = await setUser(file, name, await newPassword(context, name));
  output.value({ user: name, file, outcome });
  output.line(`access.user.${outcome}`, { name, file }, 'green');
  output.note('access.user.next', { file });
}

/** Typed twice at a terminal; otherwise standard input without its final line break. */
async function newPassword({ language }: CommandContext, name: string): Promise<Buffer> {
  if (!process.stdin.isTTY) {
    const bytes = await buffer(process.stdin);
    const end = bytes.at(-1) === 10 ? (bytes.at(-2) === 13 ? -2 : -1) : undefined;
    return bytes.subarray(0, end);
  }
  const password = await askSecret(say(language, 'access.user.ask', { name }));
  if (password !== '' && (await askSecret(say(language, 'access.user.ask-again', {}))) !== password)
    throw passwordsError('passwords.differ', {});
  return Buffer.from(password);
}

function tellOutcome(output: Output, inForce: InForce, folder: string): void {
  if (inForce === undefined) output.note('access.key.later', { folder });
  else if ('refusal' in inForce) reportRefusal(output, inForce.refusal);
  else if (!inForce.done.isAsked) output.note('access.key.unasked', {}, 'yellow');
}

/** For the JSON output: times as in every other, without the digest. */
function shown({ name, sites, expiresMs, rate, createdMs, usedMs }: AccessKey): object {
  return { name, sites, expiresMs, rate: rate && formatRate(rate), createdMs, usedMs };
}

function limitsOf(
  output: Output,
  { sites, expiresMs, rate }: AccessKey,
): { sites: string; expires: string; rate: string } {
  const at = expiresMs === undefined ? output.say('access.key.never', {}) : minuteOf(expiresMs);
  return {
    sites: sites.length === 0 ? output.say('access.key.all-sites', {}) : sites.join(', '),
    expires: (expiresMs ?? Infinity) <= Date.now() ? output.say('access.key.expired', { at }) : at,
    rate: rate ? formatRate(rate) : output.say('access.key.no-rate', {}),
  };
}

function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
