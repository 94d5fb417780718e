import type { ErrorCode } from '@backhaul/shared';
import type { FastifyError, FastifyRequest } from 'fastify';
import { isUnavailable, isUnstorableText } from '../infra/database-errors.ts';
import { ApiError } from './api-error.ts';

/** Seconds after which a caller may try again when the database was away. */
const RETRY_AFTER = 2;

/** What a caller is told about anything that was thrown. Messages of unforeseen errors stay inside. */
export function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (isUnstorableText(error)) return new ApiError('INVALID_REQUEST', { message: 'A text holds a NUL character' });
  if (isUnavailable(error)) return new ApiError('UNAVAILABLE', { retryAfter: RETRY_AFTER });
  const { code, statusCode, validation, validationContext } = error as Partial<FastifyError>;
  if (validation) {
    const problems = validation.map((problem) => ({
      path: problem.instancePath,
      problem: problem.message ?? problem.keyword,
      ...missingProperty(problem.params),
    }));
    return new ApiError('INVALID_REQUEST', { details: { in: validationContext ?? 'body', problems } });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new ApiError('BODY_TOO_LARGE', { details: { maxBytes: request.routeOptions.bodyLimit } });
  }
  const foreseen = FRAMEWORK_ERRORS[code ?? ''];
  if (foreseen) return new ApiError(foreseen);
  const isCallersFault = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return new ApiError(isCallersFault ? 'INVALID_REQUEST' : 'INTERNAL');
}

const FRAMEWORK_ERRORS: { readonly [code: string]: ErrorCode } = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'INVALID_JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
};

/** `required` names what is missing beside the path of the object that lacks it. */
function missingProperty(params: Record<string, unknown>): { fields?: unknown } {
  return Array.isArray(params.requiredProperties) ? { fields: params.requiredProperties } : {};
}
