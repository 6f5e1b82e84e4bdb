import type { Language } from '../base/language.ts';
import type { NpmStart } from '../app/invocation.ts';
import type { Finding } from '../app/messages.ts';
import type { Output } from './output.ts';

/** The surroundings of a command. */
export interface CommandContext {
  output: Output;
  language: Language;
  version: string;
  /** As the user gave it; `process.env` lacks the settings that weaken. */
  env: NodeJS.ProcessEnv;
  /** Settings of the environment that weaken programs. */
  findings?: readonly Finding[];
  /** npm's part in the start, if it had any. */
  npm?: NpmStart | undefined;
}
