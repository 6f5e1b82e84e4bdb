import os from 'node:os';
import { stateFolder } from '../store/state-folder.ts';

/** The state folder of a command, from `--state`, the environment or the default. */
export function chosenStateFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stateFolder({ flag, env, uid: process.getuid?.(), home: os.homedir(), platform: process.platform });
}
