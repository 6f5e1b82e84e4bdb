import type { Phrase, Wording } from '../../base/language.ts';
import { failurePhrase } from '../../probe/phrases.ts';
import type { Outcome } from './ask.ts';
import { proofWords } from './messages.ts';
import type { Observation } from './observe.ts';

/** Describes an answer by its status, or a failure by its reason. */
export function answerOf({ outcome, detail, status }: Pick<Observation, 'outcome' | 'detail' | 'status'>): Phrase {
  if (outcome === 'answered') return proofWords('nginx.proof.status', { value: status ?? '–' });
  return proofWords('nginx.proof.no-answer', { reason: outcomePhrase(outcome, detail) });
}

export function outcomePhrase(outcome: Outcome, detail: Wording = ''): Phrase {
  switch (outcome) {
    case 'answered':
      return proofWords('nginx.proof.answer', {});
    case 'silent':
      return failurePhrase({ reason: 'timed-out', detail });
    case 'garbled':
      return failurePhrase({ reason: 'malformed', detail });
    default:
      return failurePhrase({ reason: outcome, detail });
  }
}
