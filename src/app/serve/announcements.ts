import type { EventBus } from '../../base/events.ts';
import type { Serving } from './apply.ts';

export function announceConfiguration(events: EventBus, { revision, sites }: Serving): void {
  events.emit({ type: 'configuration.applied', revision, sites: sites.configuration.sites.length });
}

export function announceProofs(events: EventBus, { revision, proofs }: Serving): void {
  const seen = proofs.map(({ url, address, serial }) => ({ url, address, serial: serial ?? '' }));
  events.emit({ type: 'proven', revision, seen });
}
