import type { FastifyError, FastifyRequest } from 'fastify';
import { isUnavailable } from '../infra/database-errors.ts';
import { ApiError } from './api-error.ts';

/** Seconds after which a caller may try again when the database was away. */
const RETRY_AFTER = 2;

/** What a caller is told about anything that was thrown. Messages of unforeseen errors stay inside. */
export function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
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
  switch (code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new ApiError('INVALID_JSON');
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('BODY_TOO_LARGE', { details: { maxBytes: request.routeOptions.bodyLimit } });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('UNSUPPORTED_MEDIA_TYPE');
    case 'FST_ERR_NOT_FOUND':
      return new ApiError('NOT_FOUND');
    default:
      return statusCode !== undefined && statusCode >= 400 && statusCode < 500
        ? new ApiError('INVALID_REQUEST')
        : new ApiError('INTERNAL');
  }
}

/** `required` names what is missing beside the path of the object that lacks it. */
function missingProperty(params: Record<string, unknown>): { fields?: unknown } {
  return Array.isArray(params.requiredProperties) ? { fields: params.requiredProperties } : {};
}
