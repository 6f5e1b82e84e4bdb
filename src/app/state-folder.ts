import { stateFolder } from '../store/state-folder.ts';
import { homeFolder } from './system.ts';

/** The state folder of a command, from `--state`, the environment or the default. */
export function chosenStateFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stateFolder({ flag, env, uid: process.getuid?.(), home: homeFolder(), platform: process.platform });
}
