/** Matches the messages of npm and yarn about an untrusted certificate. */
export const refusedByNode = /unable to (?:get|verify)|self.signed|UNABLE_TO_|SELF_SIGNED|CERT_/;
