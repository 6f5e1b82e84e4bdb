/** Every text of the command line: its own words, and those of the rooms whose data it renders. */
import { wordTexts } from '../app/messages.ts';
import { defineWords, type WordParams as ParamsOfWord } from '../base/language.ts';
import { accessTexts } from './messages/access.ts';
import { backupTexts } from './messages/backup.ts';
import { certificatesTexts } from './messages/certificates.ts';
import { helpTexts } from './messages/help.ts';
import { nginxTexts } from './messages/nginx.ts';
import { serviceTexts } from './messages/service.ts';
import { servingTexts } from './messages/serving.ts';
import { trustTexts } from './messages/trust.ts';
import { versionTexts } from './messages/version.ts';

export { cliError } from './messages/errors.ts';

export const cliWords = defineWords({
  ...helpTexts,
  ...servingTexts,
  ...serviceTexts,
  ...certificatesTexts,
  ...accessTexts,
  ...backupTexts,
  ...nginxTexts,
  ...trustTexts,
  ...versionTexts,
});

const words = defineWords({ ...wordTexts, ...cliWords.texts });

export type WordKey = keyof typeof words.texts;
export type WordParams<K extends WordKey> = ParamsOfWord<typeof words.texts, K>;

/** A text of the catalogue with its parameters filled in. */
export const say = words.say;
