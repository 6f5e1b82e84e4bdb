// Made by `npm run docs` from the files of this folder.
import exec from './exec.ts';
import rfc2136 from './rfc2136.ts';

export const entries = [exec, rfc2136];
