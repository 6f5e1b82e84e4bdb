/** All configurations for the tests of `secure` and `undo`. */
import { access } from './access.ts';
import { bytes } from './bytes.ts';
import { chatApps } from './chat-apps.ts';
import { combinations } from './combinations.ts';
import { hostingPanels } from './hosting-panels.ts';
import { inheritance } from './inheritance.ts';
import { layouts } from './layouts.ts';
import { listeners } from './listeners.ts';
import { locations } from './locations.ts';
import { modelServers } from './model-servers.ts';
import { namesAndAddresses } from './names.ts';
import { panels } from './panels.ts';
import { redirects } from './redirects.ts';
import type { Sample } from './sample.ts';
import { withTls } from './tls.ts';

export const corpus: readonly Sample[] = [
  ...layouts,
  ...chatApps,
  ...modelServers,
  ...panels,
  ...hostingPanels,
  ...redirects,
  ...withTls,
  ...namesAndAddresses,
  ...bytes,
  ...access,
  ...locations,
  ...inheritance,
  ...listeners,
  ...combinations,
];
