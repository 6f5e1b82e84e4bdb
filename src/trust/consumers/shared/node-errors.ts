/** How npm and yarn say that a certificate was not trusted. */
export const refusedByNode = /unable to (?:get|verify)|self.signed|UNABLE_TO_|SELF_SIGNED|CERT_/;
