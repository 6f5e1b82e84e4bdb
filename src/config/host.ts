import { type HostNameProblem, parseHostName } from '../names/host-name.ts';
import type { Reading } from './reading.ts';

/** Parses the host name of a site into the canonical text of a DNS name, wildcard or address. */
export function readHost(text: string): Reading<string> {
  const reading = parseHostName(text);
  return 'value' in reading ? { value: reading.value.text } : problemOf(reading.problem);
}

function problemOf(problem: HostNameProblem): Exclude<Reading<string>, { value: string }> {
  switch (problem.reason) {
    case 'url':
      return { problem: 'config.host-is-url', params: { host: problem.host } };
    case 'port':
      return { problem: 'config.host-with-port', params: { host: problem.host } };
    case 'wildcard':
      return { problem: 'config.bad-wildcard' };
    case 'character':
      return { problem: 'config.host-character', params: { character: problem.character } };
    case 'label':
      return { problem: 'config.host-label', params: { label: problem.label } };
    case 'empty-label':
      return { problem: 'config.host-empty-label' };
    case 'long-label':
    case 'long-name':
      return { problem: 'config.host-too-long' };
    case 'number':
      return { problem: 'config.host-number' };
    case 'zone':
      return { problem: 'config.host-zone' };
    default:
      return { problem: 'config.bad-host' };
  }
}
