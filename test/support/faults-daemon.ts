/**
 * A process with the certificate part of `up`: `faults-daemon.ts PLACE`. Prints `ready`, starts when its standard input
 * ends, prints the serial number of its certificate, and exits.
 */
import { once } from 'node:events';
import { obtainAndPublish, type Place } from './faults-world.ts';

const place = JSON.parse(process.argv[2]!) as Place;
process.stdout.write('ready\n');
process.stdin.resume();
await once(process.stdin, 'end');
const { serial } = await obtainAndPublish(place);
process.stdout.write(serial);
