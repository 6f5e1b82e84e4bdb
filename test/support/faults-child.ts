/**
 * A process that obtains and publishes one certificate: `faults-child.ts PLACE`, where PLACE is JSON. Prints its serial
 * number.
 */
import { obtainAndPublish, type Place } from './faults-world.ts';

const place = JSON.parse(process.argv[2]!) as Place;
const { serial } = await obtainAndPublish(place);
process.stdout.write(serial);
