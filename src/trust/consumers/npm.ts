import { defineConsumer, byIndexLookup } from '../consumer.ts';
import { refusedByNode } from './shared/node-errors.ts';

export default defineConsumer({
  id: 'npm',
  runtime: 'npm',
  command: { name: /^(npm|npx)$/, startsNode: true },
  variables: [{ name: 'npm_config_cafile', effect: 'replace' }],
  traps: ['trap.cafile-switches-off'],
  tested: 'debian-12',
  probe: (interpreter, url) => ({
    program: interpreter,
    args: ['view', 'everyhop-probe', '--registry', url, '--fetch-retries', '0'],
    read: byIndexLookup(/\bE\d{3}\b|invalid json|Unexpected (?:token|end)/i, refusedByNode),
  }),
});
