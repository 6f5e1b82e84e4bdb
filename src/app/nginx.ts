/** HTTPS for the sites of a user's nginx. */
export type { AppProfile } from '../apps/profiles.ts';
export { type Observation, urlOf } from '../nginx/proof.ts';
export { type FileChange, fromLatin1, type Preview, type RecoveredChange } from '../nginx/sites.ts';
export {
  type NginxOptions,
  recoverNginx,
  renewInNginx,
  secureInNginx,
  type SecureOptions,
  type SiteRenewal,
  undoInNginx,
} from './nginx/nginx.ts';
export { type NginxOverview, showNginx } from './nginx/show.ts';
