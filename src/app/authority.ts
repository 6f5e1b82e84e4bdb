/** The private authority of a state folder. */
export { renewAuthority, takeRootKeyOffline, widenAuthority } from './authority/change.ts';
export { showAuthority } from './authority/show.ts';
