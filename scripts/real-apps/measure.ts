import type { TestContext } from 'node:test';
import { publish } from './places.ts';
import type { InstalledApp, Place, RealApp } from './real-app.ts';
import { inScope } from './scope.ts';

export interface Row {
  title: string;
  version: string;
  /** `its own name`, or the path. */
  place: string;
  /** The setting of the app and the keys of the route; '' for none. */
  settings: string[];
  /** What was done or failed. */
  before: string;
  after: string;
  /** After. */
  works: boolean;
}

/** Under its own name, then under a path. */
export async function measure(app: RealApp, id: string): Promise<Row[]> {
  const installed = await app.install();
  const { stripPath, setting } = app.underPath;
  const path = `/${id.replaceAll(/[^a-z0-9]/g, '')}`;
  const { version } = installed;
  const byName = await inScope(async (t) => {
    const { url } = await installed.start(t, undefined);
    const places = await publish(t, { upstream: url, path: undefined, stripPath });
    return { before: await attempt(t, installed, places.nginx), after: await attempt(t, installed, places.everyhop) };
  });
  // Before: nobody has told the app its path, and proxy_pass ends with a slash.
  const before = await inScope(async (t) => {
    const { url } = await installed.start(t, undefined);
    return attempt(t, installed, (await publish(t, { upstream: url, path, stripPath: true })).nginx);
  });
  const after = await inScope(async (t) => {
    const { url } = await installed.start(t, path);
    return attempt(t, installed, (await publish(t, { upstream: url, path, stripPath })).everyhop);
  });
  const settings = [stripPath ? 'strip_path: true' : '', setting.replaceAll('{path}', path)].filter(
    (one) => one !== '',
  );
  return [
    row({ title: app.title, version, place: 'its own name', settings: [] }, byName.before, byName.after),
    row({ title: app.title, version, place: path, settings }, before, after),
  ];
}

type Outcome = { done: string } | { failure: string };

function row(what: Pick<Row, 'title' | 'version' | 'place' | 'settings'>, before: Outcome, after: Outcome): Row {
  const said = (outcome: Outcome): string => ('done' in outcome ? outcome.done : `fails: ${outcome.failure}`);
  return { ...what, before: said(before), after: said(after), works: 'done' in after };
}

async function attempt(t: TestContext, app: InstalledApp, place: Place): Promise<Outcome> {
  try {
    return { done: await app.visit(t, place) };
  } catch (error) {
    return { failure: (error as Error).message.split('\n')[0]! };
  }
}
