/** Access keys of a state folder, with or without a running program. */
export type { AccessKey } from '../access/records.ts';
export { formatRate } from '../config/quantities.ts';
export { setUser } from './access/users.ts';
export { passwordsError } from '../passwords/messages.ts';
export { addKey, type InForce, listKeys, revokeKey } from './access/keys.ts';
