import { DEFAULT_LANGUAGE, LANGUAGES, type Language } from '@backhaul/shared';

/** The first of the browser's languages that the service's sentences are built in. The app's own words are English. */
export function readerLanguage(preferred: readonly string[]): Language {
  const wanted = preferred.map((tag) => tag.toLowerCase().split('-')[0]);
  return LANGUAGES.find((language) => language === wanted.find((code) => isKnown(code))) ?? DEFAULT_LANGUAGE;
}

function isKnown(code: string | undefined): boolean {
  return (LANGUAGES as readonly (string | undefined)[]).includes(code);
}

export const READER_LANGUAGE = readerLanguage(globalThis.navigator?.languages ?? []);
