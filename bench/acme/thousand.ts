/**
 * Obtains very many certificates of one name each, in one go, and prints the cost as one line of JSON.
 *
 *   node bench/acme/thousand.ts STATE_FOLDER DIRECTORY ROOT_FILE HTTP_PORT COUNT
 */
import { readFileSync } from 'node:fs';
import { openHouse } from './house.ts';
import { cpuMs, peakBytes } from './measure.ts';

const [stateFolder, directoryUrl, rootFile, httpPort, count] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const nameSets = Array.from({ length: Number(count) }, (_, index) => [`n${index}.thousand.test`]);
const rootPem = readFileSync(rootFile, 'utf8');
const house = await openHouse({ stateFolder, directoryUrl, rootPem, httpPort: Number(httpPort), nameSets });
const [beganMs, beganCpuMs] = [performance.now(), cpuMs()];
const generations = await house.certificates.ensure(nameSets);
const wallMs = performance.now() - beganMs;
const used = { wallMs, cpuMs: cpuMs() - beganCpuMs, peakBytes: peakBytes(process.pid), count: generations.length };
await house.close();
process.stdout.write(`${JSON.stringify(used)}\n`);
