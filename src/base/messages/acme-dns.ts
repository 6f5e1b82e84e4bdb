/** What DNS-01 and its providers say. */
export const errors = {};
