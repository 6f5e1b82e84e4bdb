import type { EventBus } from '../base/events.ts';
import { execute } from '../base/process.ts';
import { serviceManager } from '../service/notify.ts';

/** Tells systemd, if it started this program, when every listener serves and how long the open streams may take at the end. */
export function tellServiceManager(events: EventBus, env: NodeJS.ProcessEnv): void {
  const manager = serviceManager(env, execute);
  const endFirst = events.on('configuration.applied', () => {
    endFirst();
    void manager.ready();
  });
  events.on('draining', ({ deadlineMs }) => void manager.stopping(deadlineMs));
}
