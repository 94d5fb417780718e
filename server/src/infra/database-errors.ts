/** SQLSTATE classes and codes that say "not now": connection trouble, shutdown, too many connections, timeouts, deadlock. */
const TRANSIENT_STATES = /^(?:08...|57P0[1-5]|53...|25P03|40001|40P01|55P03|57014)$/;
const TRANSIENT_ERRNO: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);
/** The driver raises these without any code. */
const CODELESS: ReadonlySet<string> = new Set([
  'Cannot use a pool after calling end on the pool',
  'Client was closed and is not queryable',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Query read timeout',
  'timeout expired',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
]);

/** Whether the database could not be reached or asked to try again: the same request may succeed in a moment. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') {
    return TRANSIENT_STATES.test(error.code) || TRANSIENT_ERRNO.has(error.code);
  }
  return CODELESS.has(error.message);
}

/** A parameter held a NUL character, which PostgreSQL has no place for in any text. */
export function isUnstorableText(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '22021' || error.code === '22P05');
}
