import { ERROR_POLICY, type ErrorCode } from '@backhaul/shared';

/** A request that fails in a foreseen way. The status and log level come from the code's policy. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | null;

  /** @param options.message defaults to the code's meaning; reaches the caller, so it holds no one else's data */
  constructor(
    code: ErrorCode,
    options: {
      message?: string;
      details?: Readonly<Record<string, unknown>>;
      retryAfter?: number;
      /** What went wrong underneath; logged, never answered. */
      cause?: unknown;
    } = {},
  ) {
    super(options.message ?? ERROR_POLICY[code].meaning, { cause: options.cause });
    this.name = 'ApiError';
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfter = options.retryAfter ?? null;
  }
}
