import type { Choices } from '../../src/config/schema.ts';

export const choices: Choices = {
  dnsProviders: [
    { id: 'exec', summary: 'EXEC_PATH' },
    { id: 'rfc2136', summary: 'RFC2136_NAMESERVER, RFC2136_TSIG_FILE' },
  ],
  apps: ['ollama', 'jupyter', 'any'].map((id) => ({ id, summary: id })),
};
