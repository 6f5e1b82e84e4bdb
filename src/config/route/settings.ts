import type * as z from 'zod';
import { type Access, accessShape, toAccess } from './access.ts';
import { type Cors, corsShape, toCors } from './cors.ts';
import { type Headers, headersShape, toHeaders } from './headers.ts';
import { hostShape } from './host.ts';
import type { SettingPlace } from './place.ts';
import { compressShape, type Limits, limitsShape, toLimits } from './limits.ts';
import { type Balancing, balancingShape, toBalancing } from './upstreams.ts';
import { type SecurityHeaders, securityHeadersShape, toSecurityHeaders } from './security-headers.ts';

/**
 * The settings of a route that a site may have as well, for its routes. A route's own value replaces the site's as a whole. There
 * is one file for each.
 */
export interface RouteSettings extends Balancing {
  /** Id of its profile, or `any`; undefined: recognised by its answers. */
  app?: string | undefined;
  /** The Host for the app; undefined: the visitor's, or the one that its profile requires. */
  hostHeader?: string | undefined;
  /** Who may come in; undefined: everyone. */
  access?: Access | undefined;
  /** undefined: none but those of the whole edge. Routes without limits of their own share the object of their site. */
  limits?: Limits | undefined;
  /** Compresses text for clients that accept it. Default false. */
  compress?: boolean | undefined;
  /** Header fields to change. */
  headers?: Headers | undefined;
  /** undefined: the app decides about other origins. */
  cors?: Cors | undefined;
  securityHeaders?: SecurityHeaders | undefined;
}

export const routeSettingsShape = {
  ...hostShape,
  ...balancingShape,
  access: accessShape.optional(),
  limits: limitsShape.optional().meta({
    description: "Limits for requests. A site's are for all of its routes together.",
  }),
  compress: compressShape,
  headers: headersShape.optional(),
  cors: corsShape.optional(),
  security_headers: securityHeadersShape.optional(),
};

export type RouteSettingsContent = z.output<z.ZodObject<typeof routeSettingsShape>>;

/** Without the settings that are not given. */
export function toRouteSettings(content: Partial<RouteSettingsContent>, place: SettingPlace): RouteSettings {
  const { app, host_header: hostHeader, access, limits, compress } = content;
  const { headers, cors, security_headers: securityHeaders } = content;
  return {
    ...(app !== undefined && { app }),
    ...(hostHeader !== undefined && { hostHeader }),
    ...(access && { access: toAccess(access, place) }),
    ...(limits && { limits: toLimits(limits) }),
    ...(compress !== undefined && { compress }),
    ...toBalancing(content),
    ...(headers && { headers: toHeaders(headers, place) }),
    ...(cors !== undefined && { cors: toCors(cors) }),
    ...(securityHeaders !== undefined && { securityHeaders: toSecurityHeaders(securityHeaders) }),
  };
}
