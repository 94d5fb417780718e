import { english } from './en.ts';
import type { Messages } from './messages.ts';
import { spanish } from './es.ts';

/** Spanish where that is the browser's language, else English. */
export function browserMessages(): Messages {
  return globalThis.navigator?.language?.startsWith('es') ? spanish : english;
}
