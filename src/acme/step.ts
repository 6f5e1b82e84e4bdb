import type { Phrase } from '../base/language.ts';
import { acmeWords } from './messages.ts';

/** What is under way for a certificate. `answers` and `visible` are up to this side. */
export type Step = 'preflight' | 'account' | 'order' | 'answers' | 'visible' | 'validation' | 'issuance';

export type OnStep = (step: Step) => void;

export function stepPhrase(step: Step, authority: string): Phrase {
  return acmeWords(`acme.step.${step}`, { authority });
}
