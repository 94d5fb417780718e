import type { Domain } from '@backhaul/shared';
import type { RoutePlugin } from '../http/route-plugin.ts';
import { fieldServiceRoutes } from './field-service/routes/field-service-routes.ts';

/** Routes of a domain's own, besides the generic ones. */
export interface DomainRoutes {
  /** Under `/v1`, with a token and a tenant. */
  readonly api: readonly RoutePlugin[];
  /** For people outside, who have no token but a link. */
  readonly open: readonly RoutePlugin[];
}

const ROUTES: { readonly [domain: string]: DomainRoutes } = { 'field-service': fieldServiceRoutes };

export function routesOf(domain: Domain): DomainRoutes {
  return ROUTES[domain.name] ?? { api: [], open: [] };
}
