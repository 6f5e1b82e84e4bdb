import type { Phrase } from '../base/language.ts';
import { edgeWords } from './messages.ts';

/** The reason why a worker ended, as in a `worker.lost` event, as a phrase. */
export function lossPhrase(reason: string): Phrase {
  const [, kind, detail = ''] = /^(signal|exit code) (\S+)$/.exec(reason) ?? [];
  if (kind === 'signal') return edgeWords('edge.loss.signal', { detail });
  if (kind === 'exit code') return edgeWords('edge.loss.exit', { detail });
  if (reason === 'no answer') return edgeWords('edge.loss.no-answer', {});
  if (reason === 'refused') return edgeWords('edge.loss.refused', {});
  if (reason === 'foreign message') return edgeWords('edge.loss.foreign', {});
  return edgeWords('edge.loss.other', { detail: reason });
}
