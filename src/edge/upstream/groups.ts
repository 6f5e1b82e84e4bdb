import { isAddress } from '../../names/address.ts';
import { type TimeoutOwner, watchTimeouts } from '../limits.ts';
import type { EdgeRoute, EdgeSite, EdgeSnapshot } from '../snapshot.ts';
import { Group, type GroupSettings, type InstanceStatus } from './group.ts';

/** The groups of this worker. They outlive snapshots, and with them what is known about instances. */
const known = new Map<string, { settings: string; group: Group }>();
const ofRoutes = new WeakMap<EdgeRoute, Group>();

/** Undefined for the usual route: one instance, no health check, no waiting; and for a route without an app. */
export function groupOf(snapshot: EdgeSnapshot, site: EdgeSite, route: EdgeRoute): Group | undefined {
  if (route.balance === undefined && route.health === undefined && route.waitForAppMs === undefined) return undefined;
  if (route.upstreams.length === 0) return undefined;
  let group = ofRoutes.get(route);
  if (!group) ofRoutes.set(route, (group = compile(snapshot, site, route)));
  return group;
}

const keyOf = ({ hosts }: EdgeSite, { path }: EdgeRoute): string => `${hosts.join()} ${path}`;

function compile(snapshot: EdgeSnapshot, site: EdgeSite, route: EdgeRoute): Group {
  const key = keyOf(site, route);
  const settings: GroupSettings = {
    path: route.path,
    upstreams: route.upstreams,
    balance: route.balance ?? 'least-streams',
    health: route.health,
    waitForAppMs: route.waitForAppMs,
    host: healthHost(site),
    stickyKey: snapshot.stickyKey ?? snapshot.proofToken,
  };
  const text = JSON.stringify(settings);
  const former = known.get(key);
  if (former?.settings === text) return former.group;
  const group = new Group(settings, former?.group.instances);
  known.set(key, { settings: text, group });
  return group;
}

/** A name of the site, as visitors send it: apps that check their Host know it. */
export function healthHost({ hosts }: Pick<EdgeSite, 'hosts'>): string {
  const [first = ''] = hosts;
  if (first.startsWith('*.')) return `everyhop${first.slice(1)}`;
  return isAddress(first) && first.includes(':') ? `[${first}]` : first;
}

/** Starts the health checks of a snapshot, and ends those of routes that it no longer has. */
export function watchGroups(snapshot: EdgeSnapshot): void {
  const current = new Set<string>();
  for (const site of snapshot.sites) {
    for (const route of site.routes) if (groupOf(snapshot, site, route)) current.add(keyOf(site, route));
  }
  for (const key of known.keys()) if (!current.has(key)) known.delete(key);
  if (known.size > 0) watching ??= watchTimeouts(watcher);
}

let watching: (() => void) | undefined;
const watcher: TimeoutOwner = {
  checkTimeouts(nowMs) {
    for (const { group } of known.values()) group.watch(nowMs);
  },
};

/** The instances of all groups, for status; each once. */
export function instancesStatus(): InstanceStatus[] {
  const found = new Map<string, InstanceStatus>();
  for (const { group } of known.values()) for (const one of group.status()) found.set(one.instance, one);
  return [...found.values()];
}
