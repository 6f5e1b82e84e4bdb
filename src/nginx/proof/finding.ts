import { type Place, renderPlace } from '../../base/errors.ts';
import type { Phrase } from '../../base/language.ts';
import { Fault } from '../../hop/finding.ts';
import { proofError, proofWords } from './messages.ts';
import type { Observation } from './observe.ts';
import { type Target, urlOf } from './target.ts';

/** The finding `nginx.not-proven`: a target does not answer as expected. */
export class Difference extends Fault {
  readonly #target: Target;
  readonly #difference: Difference['difference'];

  constructor(observation: Pick<Observation, 'target' | 'tls' | 'block'>, meant: Phrase, seen: Phrase) {
    const { target, tls, block } = observation;
    const { name: host, port, address, socketPath, secure } = target;
    const url = urlOf(target);
    const params = { url: `${url} (${socketPath ?? address})`, meant, seen, block: block ? renderPlace(block) : '–' };
    super('error', proofError('nginx.not-proven', params, placeIf(block)), {
      hop: {
        from: { role: 'visitor' },
        to: { host, url, ...(socketPath === undefined ? { port, address } : { socketPath }) },
        ...(tls && { presents: { serial: tls.serial, fingerprint: tls.fingerprint } }),
        ...(secure && { trust: { roots: 'private' } }),
      },
      evidence: [proofWords('nginx.proof.expected', { value: meant }), proofWords('nginx.proof.seen', { value: seen })],
    });
    this.#target = target;
    this.#difference = params;
  }

  get target(): Target {
    return this.#target;
  }

  /** The parameters of the error. */
  get difference(): { url: string; meant: Phrase; seen: Phrase; block: string } {
    return this.#difference;
  }
}

function placeIf(place: Place | undefined): { place?: Place } {
  return place ? { place } : {};
}

/** The warning `nginx.hsts-unsent`: a site works, but a part of it does not send Strict-Transport-Security. */
export function unsentHsts({ target, block, strictTransportSecurity }: Observation): Fault {
  const params = { url: urlOf(target), seen: strictTransportSecurity ?? '–', block: block ? renderPlace(block) : '–' };
  return new Fault('warning', proofError('nginx.hsts-unsent', params, placeIf(block)));
}
