import type { Language } from '../base/language.ts';
import type { Output } from './output.ts';

/** What every command is given. */
export interface CommandContext {
  output: Output;
  language: Language;
  version: string;
  env: NodeJS.ProcessEnv;
}
