/** All configurations that `secure` and `undo` are tried with. */
import { bytes } from './bytes.ts';
import { chatApps } from './chat-apps.ts';
import { layouts } from './layouts.ts';
import { namesAndAddresses } from './names.ts';
import { panels } from './panels.ts';
import { redirects } from './redirects.ts';
import type { Sample } from './sample.ts';
import { withTls } from './tls.ts';
import { access, inheritance, listeners, locations } from './traps.ts';

export const corpus: readonly Sample[] = [
  ...layouts,
  ...chatApps,
  ...panels,
  ...redirects,
  ...withTls,
  ...namesAndAddresses,
  ...bytes,
  ...access,
  ...locations,
  ...inheritance,
  ...listeners,
];
