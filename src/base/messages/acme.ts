/** What the ACME client says. */
export const errors = {};
