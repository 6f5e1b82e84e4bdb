import type { Consumer } from './consumer.ts';
import { javascript } from './javascript.ts';
import { native } from './native.ts';
import { python } from './python.ts';

/** Whatever verifies certificates, as far as it is known here. */
export const consumers: readonly Consumer[] = [...python, ...javascript, ...native];
