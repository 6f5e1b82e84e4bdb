import { machineAddresses } from '../base/machine.ts';
import { addressMatcher } from '../names/address-matcher.ts';
import { type HostNameProblem, parseHostName } from '../names/host-name.ts';
import type { Reading } from './reading.ts';

const isUnspecified = addressMatcher(['0.0.0.0/8', '::/128']);
/** Multicast and reserved addresses (RFC 5771, RFC 1112 §4, RFC 4291 §2.7): no server has one. */
const isReserved = addressMatcher(['224.0.0.0/4', '240.0.0.0/4', 'ff00::/8']);
/** RFC 5737, RFC 3849, RFC 9637. */
const isForDocumentation = addressMatcher(
  '192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20'.split(' '),
);

/** Parses the host name of a site into the canonical text of a DNS name, wildcard or address. */
export function readHost(text: string): Reading<string> {
  const reading = parseHostName(text);
  if ('problem' in reading) return problemOf(reading.problem);
  const { text: host } = reading.value;
  if (isUnspecified(host)) return { problem: 'config.host-unspecified', params: { addresses: ownAddresses() } };
  if (isReserved(host)) return { problem: 'config.host-reserved', params: { addresses: ownAddresses() } };
  return { value: host };
}

/** An address that manuals use as an example, unless this machine really has it. */
export function isExampleAddress(host: string): boolean {
  return isForDocumentation(host) && !machineAddresses().includes(host);
}

/** For hints: what visitors can type instead. */
export function ownAddresses(): string {
  return machineAddresses().slice(0, 4).join(', ') || 'localhost';
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
