/** The workers' answers to an authority's challenges. Not part of the snapshot, so that no reload is needed. */
export interface ChallengeAnswers {
  /** Key authorization by token (RFC 8555 §8.3). */
  http: Map<string, string>;
  /** Challenge certificate by server name (RFC 8737). */
  tls: Map<string, TlsChallengeAnswer>;
}

export interface TlsChallengeAnswer {
  certificatePem: string;
  keyPem: string;
}

export const noAnswers: ChallengeAnswers = { http: new Map(), tls: new Map() };
