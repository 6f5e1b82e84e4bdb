/** What workers answer to an authority that validates; beside the snapshot, since a reload must not wait for it. */
export interface ChallengeAnswers {
  /** Token to key authorization (RFC 8555 §8.3). */
  http: Map<string, string>;
  /** Server name to the certificate of RFC 8737. */
  tls: Map<string, TlsChallengeAnswer>;
}

export interface TlsChallengeAnswer {
  certificatePem: string;
  keyPem: string;
}

export const noAnswers: ChallengeAnswers = { http: new Map(), tls: new Map() };
