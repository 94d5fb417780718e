import type { Channel } from '@backhaul/shared';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { oneNumber } from './address-hash.ts';
import { parseEmail } from './session-token.ts';

/**
 * The one written form of an address: a telephone number in E.164, an email address as it is compared. `null` for what is
 * neither. A number without its country is nobody's: which country is meant would be a guess.
 */
export function parseAddress(channel: Channel, text: string | null): string | null {
  if (text === null) return null;
  if (channel === 'email') return parseEmail(text.trim())?.toLowerCase() ?? null;
  const typed = text.trim().replace(/^00/, '+');
  return validNumber(typed) ?? oldForm(typed);
}

/**
 * Mexico's mobiles had a 1 before the number, which many still write. Only of what is one number and nothing else: digits of a
 * remark would make it somebody else's.
 */
function oldForm(typed: string): string | null {
  if (!/^\+[\d\s().-]+$/.test(typed)) return null;
  const digits = typed.replaceAll(/[^+\d]/g, '');
  const short = oneNumber(digits);
  return short === digits ? null : validNumber(short);
}

function validNumber(text: string): string | null {
  const number = parsePhoneNumberFromString(text);
  return number?.isValid() === true ? number.number : null;
}
