import { isAuthority } from '../../names/authority.ts';
import { problem, text } from '../values.ts';

export const hostShape = {
  app: text.optional().meta({
    description:
      "The app, if Everyhop is not to recognise it by its answers: decides the Host that the app gets, if it refuses the visitor's. any: always the visitor's.",
  }), // `fileSchema` restricts the choices
  host_header: text.refine(isAuthority, problem('config.bad-host-header')).optional().meta({
    description:
      "The Host that the app gets instead of the visitor's, such as localhost:11434, for apps that refuse other names; known apps get theirs without it. X-Forwarded-Host keeps the visitor's. An Origin of the site is made to agree.",
  }),
};
