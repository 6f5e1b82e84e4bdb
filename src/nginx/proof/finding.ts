import type { Phrase } from '../../base/language.ts';
import { Fault } from '../../hop/finding.ts';
import { proofError, proofWords } from './messages.ts';
import type { Observation } from './observe.ts';
import { type Target, urlOf } from './target.ts';

/** The finding `nginx.not-proven`: a target does not answer as expected. */
export class Difference extends Fault {
  readonly #target: Target;

  constructor({ target, tls }: Pick<Observation, 'target' | 'tls'>, meant: Phrase, seen: Phrase) {
    const { name: host, port, address, socketPath, secure } = target;
    const url = urlOf(target);
    super('error', proofError('nginx.not-proven', { url: `${url} (${socketPath ?? address})`, meant, seen }), {
      hop: {
        from: { role: 'visitor' },
        to: { host, url, ...(socketPath === undefined ? { port, address } : { socketPath }) },
        ...(tls && { presents: { serial: tls.serial, fingerprint: tls.fingerprint } }),
        ...(secure && { trust: { roots: 'private' } }),
      },
      evidence: [proofWords('nginx.proof.expected', { value: meant }), proofWords('nginx.proof.seen', { value: seen })],
    });
    this.#target = target;
  }

  get target(): Target {
    return this.#target;
  }
}
