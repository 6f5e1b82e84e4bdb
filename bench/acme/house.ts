import { HttpListenerSolver } from '../../src/acme/http-01/listener.ts';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { EventBus } from '../../src/base/events.ts';
import { systemRandom as random } from '../../src/base/random.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { Issuers } from '../../src/certificates/issuers.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { publicDns } from '../../src/dns/public-dns.ts';
import { openState } from '../../src/store/state.ts';
import { toLoopback } from '../../test/acme/support.ts';

export interface House {
  certificates: Certificates;
  close(): Promise<void>;
}

/** The part of the program that obtains certificates, in this process, wired as in `everyhop certificates obtain`. */
export async function openHouse(place: {
  stateFolder: string;
  directoryUrl: string;
  rootPem: string;
  httpPort: number;
  nameSets: readonly string[][];
}): Promise<House> {
  const { stateFolder, directoryUrl, rootPem: rootsPem, httpPort: port, nameSets } = place;
  const { database, close } = await openState(stateFolder).then((state) => ({ ...state, close: () => state.close() }));
  const authority = await Authority.open(database, { clock, random, names: [] });
  const ledger = new Ledger(database, clock, random);
  const issuers = new Issuers({
    database,
    authority: () => Promise.resolve(authority),
    ledger,
    clock,
    random,
    userAgent: 'everyhop/bench',
  });
  issuers.configure({
    email: undefined,
    profile: undefined,
    // The machine's name server does not know these names; this look-up finds the listener as the authority will.
    solvers: [new HttpListenerSolver({ port, address: '127.0.0.1', validationPort: port, lookup: toLoopback })],
    dns: publicDns({ clock, random }),
    termsAgreed: true,
    authorities: {
      [directoryUrl]: { directoryUrl, rootsPem, profile: undefined, preferredChain: undefined, binding: undefined },
    },
    chosen: nameSets.map((names) => ({ names, certificate: [directoryUrl] })),
  });
  const events = new EventBus();
  const certificates = new Certificates({ database, issuersFor: (names) => issuers.for(names), clock, random, events });
  return {
    certificates,
    async close() {
      await certificates.stop();
      await issuers.close();
      await close();
    },
  };
}
