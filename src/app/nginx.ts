/** HTTPS for the sites of a user's nginx. */
export { type Observation, urlOf } from '../nginx/proof.ts';
export { type FileChange, fromLatin1, type RecoveredChange } from '../nginx/sites.ts';
export {
  type NginxOptions,
  recoverNginx,
  renewInNginx,
  secureInNginx,
  type SecureOptions,
  type SitePreview,
  type SiteRenewal,
  undoInNginx,
} from './nginx/nginx.ts';
export { previewRenewals } from './nginx/renewal-preview.ts';
export { namesToSecure, type NginxOverview, showNginx } from './nginx/show.ts';
