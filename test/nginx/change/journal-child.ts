/** A process that changes a world or recovers it: `journal-child.ts change|recover WORLD`, in JSON. */
import { change, recover, type World } from './journal-world.ts';

const [what, given] = process.argv.slice(2) as ['change' | 'recover', string];
const world = JSON.parse(given) as World;
// An absent text is left out of JSON.
world.changes = world.changes.map(({ path, before, after }) => ({ path, before, after }));
if (what === 'change') await change(world);
else await recover(world);
