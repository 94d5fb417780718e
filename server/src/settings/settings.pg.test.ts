import type { AuditResponse, ErrorCode, Settings } from '@backhaul/shared';
import { SETTINGS_DEFAULTS } from '@backhaul/shared/schemas';
import { v7 } from 'uuid';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, headersOf, type SignedIn, type TestApp } from '../testing/index.ts';
import { fillIn } from './read-settings.ts';

type Answer<Body> = { status: number; body: Body };
interface Failure {
  readonly error: { readonly code: ErrorCode; readonly details: { fields?: string[]; settings?: Settings } };
}

const service: TestApp = await createTestApp();
const marta: SignedIn = await service.signIn('marta@example.com', 'Marta');
afterAll(() => service.close());

let tenantId: string;
beforeEach(async () => {
  ({ id: tenantId } = await service.createTenant(marta.token, 'Shining Homes'));
});

async function call<Body>(method: 'GET' | 'PATCH', url: string, body?: object | string): Promise<Answer<Body>> {
  const headers = {
    ...headersOf({ token: marta.token, tenantId }),
    ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
  };
  const response = await service.app.inject({ method, url, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.statusCode, body: response.json<Body>() };
}
const read = async () => (await call<Settings>('GET', '/v1/settings')).body;
const patch = (body: object | string) => call<Settings & Failure>('PATCH', '/v1/settings', body);
const audit = async () =>
  (await call<AuditResponse>('GET', '/v1/audit?entity=settings')).body.audit.map(
    ({ entityId, action, summary, actor, changes, createdAt }) => ({
      entityId,
      action,
      summary,
      actor: actor?.name,
      changes,
      createdAt,
    }),
  );

describe('settings', () => {
  it('are the defaults until somebody sets one', async () => {
    expect(await read()).toEqual({ ...SETTINGS_DEFAULTS, updatedAt: null });
  });

  it('keep what a patch leaves out, section by section, and are audited by name', async () => {
    const first = await patch({ company: { legalName: 'Shining Homes, S.L.', taxId: 'B12' }, language: 'es' });
    expect(first.status).toBe(200);
    const second = await patch({ company: { taxId: 'B34' }, attachments: { allowedTypes: ['image/png'] } });
    expect(second.body).toEqual({
      ...SETTINGS_DEFAULTS,
      language: 'es',
      company: { ...SETTINGS_DEFAULTS.company, legalName: 'Shining Homes, S.L.', taxId: 'B34' },
      attachments: { ...SETTINGS_DEFAULTS.attachments, allowedTypes: ['image/png'] },
      updatedAt: second.body.updatedAt,
    });
    expect(await read()).toEqual(second.body);
    expect(await audit()).toEqual([
      {
        entityId: tenantId,
        action: 'update',
        actor: 'Marta',
        summary: 'Marta changed the language, company tax id and company legal name of the settings',
        changes: {
          'company.legalName': { from: null, to: 'Shining Homes, S.L.' },
          'company.taxId': { from: null, to: 'B12' },
          language: { from: 'en', to: 'es' },
        },
        createdAt: first.body.updatedAt,
      },
      {
        entityId: tenantId,
        action: 'update',
        actor: 'Marta',
        summary: 'Marta changed the company tax id and attachments allowed types of the settings',
        changes: {
          'company.taxId': { from: 'B12', to: 'B34' },
          'attachments.allowedTypes': { from: SETTINGS_DEFAULTS.attachments.allowedTypes, to: ['image/png'] },
        },
        createdAt: second.body.updatedAt,
      },
    ]);
  });

  it('go back to their defaults by null, one by one or a section at once', async () => {
    await patch({
      tombstoneHorizonDays: 30,
      company: { email: 'a@b.co', phone: '+1' },
      invoices: { paper: 'Letter', numberPrefix: '' },
    });
    const one = await patch({ tombstoneHorizonDays: null, company: { email: null }, invoices: { numberPrefix: null } });
    expect(one.body).toMatchObject({
      tombstoneHorizonDays: 90,
      company: { email: null, phone: '+1' },
      invoices: { paper: 'Letter', numberPrefix: SETTINGS_DEFAULTS.invoices.numberPrefix },
    });
    expect((await patch({ company: null, invoices: null })).body).toEqual({
      ...SETTINGS_DEFAULTS,
      updatedAt: expect.any(String),
    });
  });

  it('take no version and no audit entry when nothing changes', async () => {
    expect((await patch({ language: 'en', company: {}, timeZone: null })).body.updatedAt).toBeNull();
    const { updatedAt } = (await patch({ language: 'es' })).body;
    expect((await patch({ language: 'es' })).body.updatedAt).toBe(updatedAt);
    expect((await patch({})).body.updatedAt).toBe(updatedAt);
    expect(await audit()).toHaveLength(1);
  });

  it('take a value of the tenant clock, so that the log stays in order', async () => {
    const headers = headersOf({ token: marta.token, tenantId });
    const clock = async () =>
      (await service.app.inject({ url: '/v1/sync/pull', headers })).json<{ nextCursor: string }>().nextCursor;
    const before = await clock();
    const { updatedAt } = (await patch({ language: 'es' })).body;
    expect((updatedAt ?? '') > before).toBe(true);
    expect(await clock()).toBe(updatedAt);
  });

  it('are a tenant’s own', async () => {
    await patch({ language: 'es' });
    ({ id: tenantId } = await service.createTenant(marta.token, 'Another'));
    expect((await read()).language).toBe('en');
  });

  it.each([
    ['tombstoneHorizonDays', 7],
    ['tombstoneHorizonDays', 3650],
    ['attachments.maxBytes', 1],
    ['attachments.maxBytes', 100 * 1024 * 1024],
    ['attachments.allowedTypes', []],
    ['attachments.allowedTypes', ['application/vnd.openxmlformats-officedocument.wordprocessingml.document']],
    ['company.legalName', 'Ñandú & “Söhne” 株式会社'],
    ['company.address', 'Calle Mayor 1\n28013 Madrid'],
    ['company.website', 'https://example.com/a?b=c'],
    ['company.logoAttachmentId', '0190a3b2-0000-7000-8000-000000000001'],
    ['invoices.paper', 'Letter'],
    ['invoices.disputeWindowDays', 0],
    ['invoices.numberPrefix', ''],
    ['defaultCurrency', 'eur'],
    ['language', 'es'],
    ['timeZone', 'America/Argentina/Buenos_Aires'],
    ['timeZone', 'Europe/Madrid'],
  ])('take %s = %j', async (name, value) => {
    const answer = await patch(nest(name, value));
    expect(answer.status).toBe(200);
    expect(await read()).toMatchObject(nest(name, value));
  });

  it('store a time zone and an id in one spelling', async () => {
    const logoAttachmentId = '0190A3B2-0000-7000-8000-00000000000A';
    expect((await patch({ timeZone: 'europe/madrid', company: { logoAttachmentId } })).body).toMatchObject({
      timeZone: 'Europe/Madrid',
      company: { logoAttachmentId: logoAttachmentId.toLowerCase() },
    });
  });

  it.each([
    ['tombstoneHorizonDays', 6],
    ['tombstoneHorizonDays', 3651],
    ['tombstoneHorizonDays', 30.5],
    ['tombstoneHorizonDays', '30'],
    ['attachments', 5],
    ['attachments', []],
    ['attachments.maxBytes', 0],
    ['attachments.maxBytes', 100 * 1024 * 1024 + 1],
    ['attachments.allowedTypes', 'image/png'],
    ['attachments.allowedTypes', ['image/*']],
    ['attachments.allowedTypes', ['IMAGE/PNG']],
    ['attachments.allowedTypes', ['image/png', 'image/png']],
    ['attachments.allowedTypes', Array.from({ length: 51 }, (_, index) => `image/x${index}`)],
    ['company.legalName', ''],
    ['company.legalName', '   '],
    ['company.legalName', 'x'.repeat(501)],
    ['company.legalName', 'two\nlines'],
    ['company.address', 'tab\there'],
    ['company.email', 'nobody'],
    ['company.website', 'javascript:alert(1)'],
    ['company.website', 'example.com'],
    ['company.logoAttachmentId', 'logo'],
    ['invoices.paper', 'a4'],
    ['invoices.disputeWindowDays', -1],
    ['defaultCurrency', 'gbp'],
    ['language', 'fr'],
    ['timeZone', 'Mars/Olympus'],
    ['timeZone', '+01:00'],
    ['timeZone', ''],
  ])('refuse %s = %j by its name, and write nothing', async (name, value) => {
    const answer = await patch({ language: 'es', ...nest(name, value) });
    expect(answer).toMatchObject({
      status: 422,
      body: { error: { code: 'INVALID_FIELD', details: { fields: [name] } } },
    });
    expect(await read()).toEqual({ ...SETTINGS_DEFAULTS, updatedAt: null });
  });

  it.each([
    ['half of a surrogate pair', '{"company":{"legalName":"\\ud800"}}', 'INVALID_TEXT', ['company.legalName']],
    ['an unknown setting', '{"colour":"red"}', 'UNKNOWN_FIELD', ['colour']],
    [
      'an unknown setting of a section',
      '{"company":{"slogan":"x"},"language":"es"}',
      'UNKNOWN_FIELD',
      ['company.slogan'],
    ],
    [
      'several',
      '{"company":{"slogan":"x"},"colour":1,"language":"fr"}',
      'UNKNOWN_FIELD',
      ['company.slogan', 'colour', 'language'],
    ],
    ['a prototype', '{"__proto__":{"language":"es"}}', 'UNKNOWN_FIELD', ['__proto__']],
    ['a constructor', '{"company":{"constructor":"x"}}', 'UNKNOWN_FIELD', ['company.constructor']],
    ['what the answer adds', '{"updatedAt":null}', 'UNKNOWN_FIELD', ['updatedAt']],
  ])('refuse %s', async (_, body, code, fields) => {
    expect(await patch(body)).toMatchObject({ status: 422, body: { error: { code, details: { fields } } } });
    expect((await read()).updatedAt).toBeNull();
  });

  it.each(['[]', '"x"', 'null'])('take an object alone: %s', async (body) => {
    expect(await patch(body)).toMatchObject({ status: 400, body: { error: { code: 'INVALID_REQUEST' } } });
  });
});

describe('expectedUpdatedAt', () => {
  it('refuses a change of settings that have moved, and shows them', async () => {
    const first = await patch({ language: 'es', expectedUpdatedAt: null });
    expect(first.status).toBe(200);
    expect(await patch({ timeZone: 'Europe/Madrid', expectedUpdatedAt: null })).toMatchObject({
      status: 409,
      body: { error: { code: 'RECORD_MOVED', details: { settings: first.body } } },
    });
    const second = await patch({ timeZone: 'Europe/Madrid', expectedUpdatedAt: first.body.updatedAt });
    expect(second).toMatchObject({ status: 200, body: { language: 'es', timeZone: 'Europe/Madrid' } });
  });

  it('lets one of two managers through who decide at once', async () => {
    const answers = await Promise.all([
      patch({ language: 'es', expectedUpdatedAt: null }),
      patch({ defaultCurrency: 'eur', expectedUpdatedAt: null }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await audit()).toHaveLength(1);
  });

  it.each(['yesterday', 5, {}])('is a version that the server gave: %j', async (expectedUpdatedAt) => {
    expect(await patch({ language: 'es', expectedUpdatedAt })).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_CURSOR' } },
    });
  });
});

it('an employee may neither read nor change them', async () => {
  const employee = await service.addMember(
    { token: marta.token, tenantId },
    { email: `${v7()}@example.com`, role: 'employee' },
  );
  const headers = headersOf({ token: employee.token, tenantId });
  for (const request of [{ method: 'GET' }, { method: 'PATCH', body: { language: 'es' } }] as const) {
    const response = await service.app.inject({ ...request, url: '/v1/settings', headers });
    expect([response.statusCode, response.json<Failure>().error.code]).toEqual([403, 'FORBIDDEN']);
  }
});

it('what another version has stored and this one does not take counts as not set', () => {
  const stored = {
    language: 'fr',
    timeZone: 'Mars/Olympus',
    company: { phone: '+1', slogan: 'x' },
    attachments: 5,
    new: 1,
  };
  expect(fillIn(stored)).toEqual({ ...SETTINGS_DEFAULTS, company: { ...SETTINGS_DEFAULTS.company, phone: '+1' } });
  for (const nothing of [null, [], 'x', 5]) expect(fillIn(nothing)).toEqual(SETTINGS_DEFAULTS);
});

/** `company.phone` -> `{ company: { phone } }`. */
function nest(name: string, value: unknown): object {
  const [section = '', key] = name.split('.');
  return { [section]: key === undefined ? value : { [key]: value } };
}
