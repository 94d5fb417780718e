import { DEFAULT_LANGUAGE, type Language, LANGUAGES } from '@backhaul/shared';
import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** The language that a caller reads sentences in (`Accept-Language`); of none that is known here, the default. */
export function languageOf({ headers }: Pick<FastifyRequest, 'headers'>): Language {
  const wanted = new Negotiator({ headers }).language([...LANGUAGES]);
  return LANGUAGES.find((language) => language === wanted) ?? DEFAULT_LANGUAGE;
}
