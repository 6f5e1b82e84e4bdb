import { type AppProfile, hourSeconds, type KnownApp, mebibyte } from './profile.ts';
import { entries } from './profiles/index.ts';

export type { AppProfile } from './profile.ts';

/**
 * For an app that is none of the known ones: every setting is harmless to an app that does not stream, and what a chat app
 * needs.
 */
export const anyApp: AppProfile = {
  id: 'any',
  title: 'any app',
  ports: [],
  streaming: ['sse', 'websocket', 'ndjson'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  seen: 'running',
};

/** The known apps, in alphabetical order. */
export const profiles: readonly KnownApp[] = entries;

/** The profile of that id, `any` among them; undefined where there is none. */
export function profileOf(id: string): AppProfile | undefined {
  return [...profiles, anyApp].find((profile) => profile.id === id);
}
