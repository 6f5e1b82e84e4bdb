import type { Consumer } from './consumer.ts';
import { javascript } from './javascript.ts';
import { languages } from './languages.ts';
import { packageManagers } from './package-managers.ts';
import { programs } from './programs.ts';
import { python } from './python.ts';

/** Whatever verifies certificates, as far as it is known here. */
export const consumers: readonly Consumer[] = [...python, ...javascript, ...languages, ...packageManagers, ...programs];
