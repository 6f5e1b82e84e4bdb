/** An attack on who may come in, and on what the app believes of the visitor. */
export interface Attack {
  /** `attack/name`. */
  id: string;
  attack: string;
  /** What happens. `{x}` is what a test measured (`mends` in test/support/outside.ts). */
  outcome: string;
}

export const attacks: readonly Attack[] = [
  {
    id: 'attack/address-by-field',
    attack:
      'An address that `allow` does not admit says another in X-Forwarded-For, X-Real-IP, Forwarded, CF-Connecting-IP …',
    outcome: '{fields} fields tried over HTTP/1.1 and HTTP/2: {statuses}; the app saw {reached} requests',
  },
];
