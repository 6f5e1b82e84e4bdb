import type * as z from 'zod';
import { type Access, accessShape, toAccess } from './access.ts';
import { hostShape } from './host.ts';
import type { SettingPlace } from './place.ts';

/**
 * The settings of a route that a site may have as well, for its routes. A route's own value replaces the site's as a whole. There
 * is one file for each.
 */
export interface RouteSettings {
  /** Id of its profile, or `any`; undefined: recognised by its answers. */
  app?: string | undefined;
  /** The Host for the app; undefined: the visitor's, or the one that its profile requires. */
  hostHeader?: string | undefined;
  /** Who may come in; undefined: everyone. */
  access?: Access | undefined;
}

export const routeSettingsShape = { ...hostShape, access: accessShape.optional() };

export type RouteSettingsContent = z.output<z.ZodObject<typeof routeSettingsShape>>;

/** Without the settings that are not given. */
export function toRouteSettings(content: Partial<RouteSettingsContent>, place: SettingPlace): RouteSettings {
  const { app, host_header: hostHeader, access } = content;
  return {
    ...(app !== undefined && { app }),
    ...(hostHeader !== undefined && { hostHeader }),
    ...(access && { access: toAccess(access, place) }),
  };
}
