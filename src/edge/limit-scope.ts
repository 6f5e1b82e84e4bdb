import type { Route, Site } from '../config/configuration.ts';

type Limits = NonNullable<Route['limits']>;

export interface EdgeLimits extends Limits {
  /** Routes with the same one share the counts of visitors. */
  scope: string;
}

export function composeLimits(limits: Limits, site: Site): EdgeLimits {
  const first = site.routes.find((route) => route.limits === limits);
  return { ...limits, scope: `${site.hosts[0]}${first?.path ?? ''}` };
}
