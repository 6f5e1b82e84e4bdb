import { type Challenge, type ChallengeSolver, http01Type, tlsAlpn01Type } from '../acme/challenge.ts';
import { checkHttp01, type HttpCheckOptions } from '../acme/http-01.ts';
import { makeTlsAlpnAnswer } from '../acme/tls-alpn-01.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';

interface EdgeSolverOptions extends HttpCheckOptions {
  clock: Clock;
  random: Random;
  /** Sends the answers to every worker; resolves once all have them. */
  publish(answers: ChallengeAnswers): Promise<void>;
}

/** Solves challenges on the listeners of the running edge. */
export class EdgeChallenges {
  readonly #options: EdgeSolverOptions;
  /** The newest last: if two orders for a name run at once, its certificate is presented. */
  readonly #present: { token: string; type: string; add: (answers: ChallengeAnswers) => void }[] = [];

  constructor(options: EdgeSolverOptions) {
    this.#options = options;
  }

  /** On the plain listener. */
  readonly http01: ChallengeSolver = {
    type: http01Type,
    suits: (_identifier, isWildcard) => !isWildcard,
    prepare: async (challenges) => {
      for (const challenge of challenges) {
        const { token, keyAuthorization } = challenge;
        this.#present.push({ token, type: http01Type, add: ({ http }) => http.set(token, keyAuthorization) });
      }
      await this.#publish();
    },
    check: (challenges, signal) => checkHttp01(challenges, signal, this.#options),
    clean: (challenges) => this.#clean(http01Type, challenges),
  };

  /** On the HTTPS listener, which keeps serving meanwhile (RFC 8737). */
  readonly tlsAlpn01: ChallengeSolver = {
    type: tlsAlpn01Type,
    suits: (_identifier, isWildcard) => !isWildcard,
    prepare: async (challenges) => {
      for (const challenge of challenges) {
        const { serverName, certificatePem, keyPem } = await makeTlsAlpnAnswer(
          challenge,
          this.#options.clock,
          this.#options.random,
        );
        const answer = { certificatePem, keyPem: keyPem.reveal() };
        this.#present.push({
          token: challenge.token,
          type: tlsAlpn01Type,
          add: ({ tls }) => tls.set(serverName, answer),
        });
      }
      await this.#publish();
    },
    clean: (challenges) => this.#clean(tlsAlpn01Type, challenges),
  };

  async #clean(type: string, challenges: readonly Challenge[]): Promise<void> {
    for (const { token } of challenges) {
      const at = this.#present.findIndex((one) => one.type === type && one.token === token);
      if (at >= 0) this.#present.splice(at, 1);
    }
    await this.#publish();
  }

  #publish(): Promise<void> {
    const answers: ChallengeAnswers = { http: new Map(), tls: new Map() };
    for (const { add } of this.#present) add(answers);
    return this.#options.publish(answers);
  }
}
