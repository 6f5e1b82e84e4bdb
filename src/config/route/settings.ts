import type * as z from 'zod';
import type { Path, Source } from '../source.ts';
import { type Access, accessShape, toAccess } from './access.ts';
import { hostShape } from './host.ts';

/**
 * The settings of a route that a site may have as well, for its routes. A route's own value replaces the site's as a whole. There
 * is one file for each.
 */
export interface RouteSettings {
  /** The Host for the app; undefined: the visitor's. */
  hostHeader?: string | undefined;
  /** Who may come in; undefined: everyone. */
  access?: Access | undefined;
}

export const routeSettingsShape = { ...hostShape, access: accessShape.optional() };

export type RouteSettingsContent = z.output<z.ZodObject<typeof routeSettingsShape>>;

/** Where a setting is written, for the files that it names and for errors. */
export interface SettingPlace {
  /** Base of relative paths. */
  folder: string;
  source: Source;
  /** Of the mapping of the route or the site. */
  path: Path;
}

/** Without the settings that are not given. */
export function toRouteSettings(content: Partial<RouteSettingsContent>, _place: SettingPlace): RouteSettings {
  const { host_header: hostHeader, access } = content;
  return {
    ...(hostHeader !== undefined && { hostHeader }),
    ...(access && { access: toAccess(access) }),
  };
}
