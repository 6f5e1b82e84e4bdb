import { type AppProfile, hourSeconds, type KnownApp, mebibyte } from './profile.ts';
import { entries } from './profiles/index.ts';

export { type AppProfile, requiredHost } from './profile.ts';

/** For an unknown app: settings that suit chat apps and do no harm to apps that do not stream. */
export const anyApp: AppProfile = {
  id: 'any',
  title: 'any app',
  ports: [],
  streaming: ['sse', 'websocket', 'ndjson'],
  readTimeoutSeconds: hourSeconds,
  maxBodyBytes: 256 * mebibyte,
  login: 'optional',
  basis: 'measured',
};

/** The known apps, in alphabetical order. */
export const profiles: readonly KnownApp[] = entries;

/** The profile with this id, including `any`. */
export function profileOf(id: string): AppProfile | undefined {
  return [...profiles, anyApp].find((profile) => profile.id === id);
}
