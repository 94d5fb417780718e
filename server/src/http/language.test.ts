import { expect, test } from 'vitest';
import { languageOf } from './language.ts';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['es', 'es'],
  ['ES', 'es'],
  ['es-MX,es;q=0.9,en;q=0.8', 'es'],
  ['es-419', 'es'],
  ['en-US,es;q=0.5', 'en'],
  ['pt-BR,es;q=0.3', 'es'],
  ['pt-BR', 'en'],
  ['es;q=0', 'en'],
  [';;,q=es;', 'en'],
  [','.repeat(10_000), 'en'],
])('%j is read as %s', (header, language) => {
  expect(languageOf({ headers: header === undefined ? {} : { 'accept-language': header } })).toBe(language);
});
