import type { Language } from '@backhaul/shared';
import { english } from './en.ts';
import { spanish } from './es.ts';
import type { Messages } from './messages.ts';

const BY_LANGUAGE: { readonly [L in Language]: Messages } = { en: english, es: spanish };

/** Of a language, else Spanish where that is the browser's, else English. */
export function messagesFor(language: Language | undefined): Messages {
  return BY_LANGUAGE[language ?? (globalThis.navigator?.language?.startsWith('es') ? 'es' : 'en')];
}
