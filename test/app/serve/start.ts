import { once } from 'node:events';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import { configurationFromArguments } from '../../../src/app/configuration.ts';
import { Service, type ServiceOptions } from '../../../src/app/serve.ts';
import type { UpArguments } from '../../../src/config/arguments.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import { atEnd, freePorts } from '../../support/up.ts';

export interface Started {
  service: Service;
  httpsPort: number;
  events: Event[];
}

/** Starts `up` for these hosts in this process, in front of an app that says hello. Stops when the test ends. */
export async function startService(
  t: TestContext,
  stateFolder: string,
  hosts: string[],
  more: Partial<ServiceOptions> & {
    listen?: string[];
    ports?: [number, number];
    permit?: string[];
    workers?: number;
    args?: Partial<UpArguments>;
  } = {},
): Promise<Started> {
  const app = createServer((_, answer) => answer.end('hello')).listen(0, '127.0.0.1');
  await once(app, 'listening');
  atEnd(t, () => app.close());
  const upstream = `http://127.0.0.1:${(app.address() as { port: number }).port}`;
  const [httpsPort, httpPort] = more.ports ?? ((await freePorts(2)) as [number, number]);
  const ports = { httpsPort: String(httpsPort), httpPort: String(httpPort) };
  const read = await configurationFromArguments({ upstream, hosts, ...ports, ...more.args }, { readText, cwd: '/' });
  const configuration = {
    ...read,
    listen: more.listen ?? ['127.0.0.1'],
    permit: more.permit ?? [],
    workers: more.workers ?? 1,
  };
  const [bus, events] = [new EventBus(), [] as Event[]];
  bus.onAny((event) => events.push(event));
  const service = await Service.start(
    {
      stateFolder,
      configuration,
      readConfiguration: async () => configuration,
      accessLog: 'off',
      version: '0.0.0',
      env: {},
      ...more,
    },
    bus,
  );
  atEnd(t, () => service.stop(0));
  return { service, httpsPort, events };
}
