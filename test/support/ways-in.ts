import { appendFileSync } from 'node:fs';

/** Names the file to which passed tests append `WayIn` lines. */
export const waysInVariable = 'EVERYHOP_WAYS_IN_RECORD';

/** How one way to install Everyhop went, from nothing to removal. */
export interface WayIn {
  way: 'single executable' | 'service' | 'Debian package' | 'container image' | 'Compose' | 'npm';
  /** The system of the trial. */
  on: string;
  /** Proven by curl outside of the machine or container. */
  provenFromOutside: boolean;
  /** Started again from a later build: root and certificate stayed. */
  keepsStateOnUpgrade: boolean | undefined;
  /** The removal succeeded. */
  isRemoved: boolean;
  /** Left behind after removal. */
  left: string[];
  megabytes: number;
  /** From nothing installed to the first page that curl verifies. */
  seconds: number;
}

export function recordWayIn(facts: WayIn): void {
  const file = process.env[waysInVariable];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(facts)}\n`);
}
