import type { DomainRoutes } from '../../domain-routes.ts';
import disputes from './disputes.ts';
import generate from './generate.ts';
import invoices from './invoices.ts';

export const fieldServiceRoutes: DomainRoutes = { api: [generate, invoices], open: [disputes] };
