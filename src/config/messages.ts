import { defineErrors } from '../base/errors.ts';
import { accessTexts } from './messages/access.ts';
import { answerTexts } from './messages/answer.ts';
import { headersTexts } from './messages/headers.ts';
import { fileTexts } from './messages/file.ts';
import { settingTexts } from './messages/settings.ts';
import { logInTexts } from './messages/log-in.ts';
import { hostHeaderTexts } from './messages/host-header.ts';
import { revocationTexts } from './messages/revocation.ts';
import { siteTexts } from './messages/sites.ts';
import { oidcTexts } from './messages/oidc.ts';
import { quantityTexts } from './messages/quantities.ts';
import { upstreamsTexts } from './messages/upstreams.ts';

export { configWords, yamlProblem } from './messages/yaml.ts';

export const configError = defineErrors({
  ...fileTexts,
  ...settingTexts,
  ...siteTexts,
  ...revocationTexts,
  ...quantityTexts,
  ...hostHeaderTexts,
  ...accessTexts,
  ...oidcTexts,
  ...logInTexts,
  ...upstreamsTexts,
  ...headersTexts,
  ...answerTexts,
});
