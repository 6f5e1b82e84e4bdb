import { isAuthority } from '../../names/authority.ts';
import { problem, text } from '../values.ts';

export const hostShape = {
  host_header: text.refine(isAuthority, problem('config.bad-host-header')).optional().meta({
    description:
      "The Host that the app gets instead of the visitor's, such as localhost:11434, for apps that refuse other names. X-Forwarded-Host keeps the visitor's.",
  }),
};
