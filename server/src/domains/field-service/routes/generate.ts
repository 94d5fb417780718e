import { GenerateInvoicesRequest, GeneratePayrollRequest, GenerateResponse } from '@backhaul/shared/schemas';
import { BODY_ERRORS, callerOf, type RoutePlugin, tenantErrors } from '../../../http/route-plugin.ts';
import { INVOICES, PAYROLL } from '../billing/entry-kinds.ts';
import { generateEntries } from '../billing/generate-entries.ts';

const config = { access: { who: 'manager', enforcedBy: 'transaction' } } as const;
const response = {
  200: GenerateResponse,
  ...tenantErrors('INVALID_DATE', 'TOO_MANY_TASKS', ...BODY_ERRORS),
};

const plugin: RoutePlugin = async (app, { services }) => {
  app.post(
    '/invoices/generate',
    {
      config,
      schema: {
        tags: ['Invoices'],
        summary: 'Make drafts of invoices',
        description:
          'One for each client and currency, from the completed tasks of the period that no invoice has. Drafts that are there stay, unless `regenerate` asks to calculate them anew.',
        body: GenerateInvoicesRequest,
        response,
      },
    },
    (request) => {
      const { clientId, ...order } = request.body;
      return generateEntries(services, callerOf(request), { kind: INVOICES, order: { ...order, partyId: clientId } });
    },
  );

  app.post(
    '/payroll/generate',
    {
      config,
      schema: {
        tags: ['Invoices'],
        summary: 'Make drafts of payroll entries',
        description: 'One for each employee and currency, from the hours of the completed tasks of the period.',
        body: GeneratePayrollRequest,
        response,
      },
    },
    (request) => {
      const { employeeId, ...order } = request.body;
      return generateEntries(services, callerOf(request), { kind: PAYROLL, order: { ...order, partyId: employeeId } });
    },
  );
};
export default plugin;
