import { ERROR_POLICY } from './error-policy.ts';

export type ErrorCode = keyof typeof ERROR_POLICY;

export const ERROR_CODES = Object.keys(ERROR_POLICY) as readonly ErrorCode[];

/** A rejection with such a code stays in the outbox and is sent again under the same id; others are settled. */
export function isRetryable(code: ErrorCode): boolean {
  return ERROR_POLICY[code].retry === 'later';
}
