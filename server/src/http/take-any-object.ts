import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/**
 * In this scope the bodies' schemas are for the reference. What is wrong with a value is found by whoever takes it, and has a
 * code for each fault.
 */
export function takeAnyObject(app: FastifyInstance): void {
  const inherited = app.validatorCompiler;
  if (!inherited) throw new Error('Routes are registered after the validation');
  app.setValidatorCompiler((route) => {
    if (route.httpPart !== 'body') return inherited(route);
    return (value: unknown) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value };
      throw new ApiError('INVALID_REQUEST', { message: 'The body must be a JSON object' });
    };
  });
}
