/** fast-check, configured with the seed of the run. Import it from here. */
import * as fc from 'fast-check';
import { seed } from './seed.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

export * from 'fast-check';
