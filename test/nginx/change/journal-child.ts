/** A process that applies the change of a world: `journal-child.ts WORLD`, in JSON. */
import { change, type World } from './journal-world.ts';

const world = JSON.parse(process.argv[2]!) as World;
// JSON omits undefined texts.
world.changes = world.changes.map(({ path, before, after }) => ({ path, before, after }));
await change(world);
