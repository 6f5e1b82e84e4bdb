import { digestOf, makeKey } from '../../access/key.ts';
import { expiryOf } from '../../access/lifetime.ts';
import { accessError } from '../../access/messages.ts';
import { type AccessKey, addAccessKey, readAccessKeys, revokeAccessKey } from '../../access/records.ts';
import type { Secret } from '../../base/redact.ts';
import { configError } from '../../config/messages.ts';
import { type Rate, readRate } from '../../config/quantities.ts';
import { isKeyName } from '../../names/key-name.ts';
import { hasStore, readState } from '../../store/state.ts';
import { hostOf } from '../arguments.ts';
import { type AppliedKeys, applyKeysRunning, isNotRunning, recordUsesRunning, type RunningAnswer } from '../running.ts';
import { withState } from '../state.ts';
import { clock, random } from '../system.ts';

/** The arguments of `access add-key`, as the user gave them. */
export interface KeyRequest {
  name: string;
  sites: readonly string[];
  /** See `expiryOf`. */
  expires: string | undefined;
  /** See `readRate`. */
  rate: string | undefined;
}

/** Whether a running program has the change in force; undefined: none runs on the folder. */
export type InForce = RunningAnswer<AppliedKeys> | undefined;

/**
 * Makes a key and stores its digest.
 * @param show gets the key before anything can fail that would lose it.
 * @throws EveryhopError `access.*`, `config.*` for a site, `store.*`.
 */
export async function addKey(
  folder: string,
  request: KeyRequest,
  show: (key: Secret<string>, record: AccessKey) => void,
): Promise<InForce> {
  const { name } = request;
  if (!isKeyName(name)) throw configError('config.bad-key-name', { key: 'NAME', value: name });
  const nowMs = clock.now();
  const key = makeKey(random);
  const record: AccessKey = {
    name,
    digest: digestOf(key.reveal()),
    sites: [...new Set(request.sites.map((site) => hostOf(site, '--site')))],
    expiresMs: request.expires === undefined ? undefined : expiryOf(request.expires, nowMs),
    rate: rateOf(request.rate),
    createdMs: nowMs,
    usedMs: undefined,
  };
  await withState(folder, async (session) => addAccessKey(await session.database(), record));
  show(key, record);
  return apply(folder, []);
}

function rateOf(text: string | undefined): Rate | undefined {
  if (text === undefined) return undefined;
  const reading = readRate(text);
  if ('value' in reading) return reading.value;
  throw configError('config.bad-rate', { key: '--rate', value: text });
}

/** The keys in force, expired ones included. Creates nothing. */
export async function listKeys(folder: string): Promise<AccessKey[]> {
  // A program that cannot tell when keys were used does not hide them.
  if (hasStore(folder)) await recordUsesRunning(folder).catch(() => undefined);
  return (await readState(folder, readAccessKeys)) ?? [];
}

/**
 * Revokes a key: at once in a running program.
 * @param endsStreams ends what the key has open there, also if it was revoked before.
 * @throws EveryhopError `access.unknown-key`, `store.*`.
 */
export async function revokeKey(
  folder: string,
  name: string,
  endsStreams: boolean,
): Promise<{ wasInForce: boolean; inForce: InForce }> {
  if (!hasStore(folder)) throw accessError('access.unknown-key', { name, known: '–' });
  const { digests, wasInForce } = await withState(folder, async (session) =>
    revokeAccessKey(await session.database(), name, clock.now()),
  );
  return { wasInForce, inForce: await apply(folder, endsStreams ? digests : []) };
}

async function apply(folder: string, ended: readonly string[]): Promise<InForce> {
  try {
    return await applyKeysRunning(folder, ended);
  } catch (error) {
    if (isNotRunning(error)) return undefined;
    throw error;
  }
}
