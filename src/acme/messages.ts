import { defineErrors } from '../base/errors.ts';
import { accountTexts } from './messages/account.ts';
import { certificateTexts } from './messages/certificate.ts';
import { connectionTexts } from './messages/connection.ts';
import { orderTexts } from './messages/order.ts';
import { validationTexts } from './messages/validation.ts';

export { dns01Error } from './dns-01/messages.ts';

export const acmeError = defineErrors({
  ...connectionTexts,
  ...accountTexts,
  ...orderTexts,
  ...validationTexts,
  ...certificateTexts,
});
