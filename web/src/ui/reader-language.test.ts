import { expect, test } from 'vitest';
import { readerLanguage } from './reader-language.ts';

test.each<[readonly string[], string]>([
  [[], 'en'],
  [['es'], 'es'],
  [['es-MX', 'en-US'], 'es'],
  [['pt-BR', 'ES-419'], 'es'],
  [['en-GB', 'es'], 'en'],
  [['pt-BR', 'fr'], 'en'],
])('%j reads %s', (preferred, language) => {
  expect(readerLanguage(preferred)).toBe(language);
});
