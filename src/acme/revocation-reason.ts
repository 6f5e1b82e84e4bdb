/** The reasons of RFC 5280 §5.3.1 that a subscriber may give (RFC 8555 §7.6). */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;
export type RevocationReason = keyof typeof revocationReasons;
