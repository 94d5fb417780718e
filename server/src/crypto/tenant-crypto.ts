import { createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { TenantTx } from '@backhaul/db';
import type { Json, TenantId } from '@backhaul/shared';
import { envelopeKeyId, openEnvelope, sealEnvelope } from './envelope.ts';

/** What an envelope belongs to: `[entity, id]` of a record, `['audit', auditId]`, `['conflict', conflictId]`. */
export type EnvelopeContext = readonly [kind: string, id: string];

/** Seals and opens one tenant's values, without I/O. */
export interface Keyring {
  seal(context: EnvelopeContext, values: { readonly [field: string]: Json }): Buffer;
  open(context: EnvelopeContext, envelope: Buffer): Record<string, Json>;
}

export interface TenantCrypto {
  /** Makes the data key of a new tenant. */
  createTenantKey(tx: TenantTx): Promise<void>;
  /** The tenant's keys: from memory, or from the database on the first use in this process. */
  keyring(tx: TenantTx): Promise<Keyring>;
  /** The same text has the same one, and nobody without the master key can tell which text it is of. Hexadecimal. */
  readonly fingerprint: (text: string) => string;
  /** For what belongs to no tenant yet. `context` names what the envelope belongs to. */
  sealForService(context: string, value: Json): Buffer;
  openForService(context: string, envelope: Buffer): Json;
}

/**
 * Envelope encryption: every tenant has data keys of its own, stored wrapped by the master key.
 *
 * @param masterKey 32 bytes
 */
export function createTenantCrypto(masterKey: Buffer): TenantCrypto {
  if (masterKey.length !== 32) throw new Error('The master key must have 32 bytes');
  const wrappingKey = createSecretKey(masterKey);
  const derived = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, '', `backhaul ${purpose}`, 32)));
  const [fingerprintKey, serviceKey] = [derived('fingerprint'), derived('service')];
  const keyrings = new Map<TenantId, Keyring>();

  return {
    fingerprint: (text) => createHmac('sha256', fingerprintKey).update(text).digest('hex'),
    sealForService: (context, value) =>
      sealEnvelope(serviceKey, SERVICE_KEY_ID, context, Buffer.from(JSON.stringify(value))),
    openForService: (context, envelope) => JSON.parse(openEnvelope(serviceKey, context, envelope).toString()) as Json,

    async createTenantKey(tx) {
      const keyId = randomUUID();
      const wrapped = sealEnvelope(wrappingKey, keyId, wrapContext(tx.tenantId), randomBytes(32));
      await tx.db.insertInto('tenant_keys').values({ tenant_id: tx.tenantId, key_id: keyId, wrapped }).execute();
    },

    async keyring(tx) {
      const known = keyrings.get(tx.tenantId);
      if (known) return known;
      const rows = await tx.db
        .selectFrom('tenant_keys')
        .select(['key_id', 'wrapped'])
        .where('tenant_id', '=', tx.tenantId)
        .orderBy('created_at')
        .execute();
      const keys = new Map(
        rows.map(({ key_id: keyId, wrapped }) => {
          const key = openEnvelope(wrappingKey, wrapContext(tx.tenantId), wrapped);
          return [keyId, createSecretKey(key)] as const;
        }),
      );
      const keyring = createKeyring(tx.tenantId, keys);
      keyrings.set(tx.tenantId, keyring);
      return keyring;
    },
  };
}

/** Names the key that is derived from the master key, which no table holds. */
const SERVICE_KEY_ID = '00000000-0000-0000-0000-000000000000';

function createKeyring(tenantId: TenantId, keys: ReadonlyMap<string, KeyObject>): Keyring {
  const newest = [...keys].at(-1);
  if (!newest) throw new Error(`Tenant ${tenantId} has no data key`);
  const [newestId, newestKey] = newest;
  const aad = ([kind, id]: EnvelopeContext): string => `${tenantId}|${kind}|${id}`;
  return {
    seal: (context, values) => sealEnvelope(newestKey, newestId, aad(context), Buffer.from(JSON.stringify(values))),
    open(context, envelope) {
      const key = keys.get(envelopeKeyId(envelope));
      if (!key) throw new Error(`Tenant ${tenantId} has no key for an envelope`);
      return JSON.parse(openEnvelope(key, aad(context), envelope).toString()) as Record<string, Json>;
    },
  };
}

function wrapContext(tenantId: TenantId): string {
  return `${tenantId}|tenant-key`;
}
