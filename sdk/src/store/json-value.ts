import type { Json } from '@backhaul/shared';
import { BackhaulError } from '../errors.ts';

/**
 * The JSON form of a value, as it will reach the server: `undefined` is `null`, a `Date` its ISO text. What JSON would
 * change in silence (NaN, bigint, Map, Blob ...) throws `INVALID_VALUE`, because the device would show something else than
 * the server.
 */
export function toJson(value: unknown, field: string): Json {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value + 0;
      break;
    case 'object': {
      if (value === null) return null;
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
      if (Array.isArray(value)) return value.map((item) => toJson(item, field));
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) {
        const members = Object.entries(value).filter(([, member]) => member !== undefined);
        return Object.fromEntries(members.map(([key, member]) => [key, toJson(member, field)]));
      }
      break;
    }
    case 'bigint':
    case 'function':
    case 'symbol':
      break;
  }
  throw new BackhaulError('INVALID_VALUE', `${field} holds a value that can not be sent as JSON`, { field });
}
