import { type TSchema, Type } from 'typebox';
import { ERROR_CODES } from '../errors/error-code.ts';

/** The 36-character form alone: the format's name also covers `urn:uuid:`. */
export const Uuid = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
});
/** Without control characters, which nobody types and PostgreSQL can not always store. */
export const PlainText = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f]*$' });
/** A tenant clock value, ISO-8601 UTC with six decimals. */
export const CursorText = Type.String({ examples: ['2026-01-31T08:15:00.000001Z'] });
/** ISO-8601 UTC. */
export const InstantText = Type.String({ format: 'date-time' });
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const ErrorCodeSchema = Type.Enum([...ERROR_CODES]);
/** Of a domain's declaration: which entities, fields and values the sender knows. */
export const SchemaVersion = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
/** Field names to JSON values. */
export const Values = Type.Record(Type.String(), Type.Unknown());
export const LIMIT_MAX = 5000;

/** Keyset paging of the logs: echo `nextCursor` as `since`. `desc` starts with the newest. */
export const ListPaging = {
  order: Type.Optional(Type.Enum(['asc', 'desc'])),
  since: Type.Optional(CursorText),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
};

/** Made by the caller, once for what they wish to happen once. */
export const IdempotencyKey = Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' });
