import type { Language } from '../base/language.ts';
import type { NpmStart } from '../app/invocation.ts';
import type { Output } from './output.ts';

/** The surroundings of a command. */
export interface CommandContext {
  output: Output;
  language: Language;
  version: string;
  env: NodeJS.ProcessEnv;
  /** npm's part in the start, if it had any. */
  npm?: NpmStart | undefined;
}
