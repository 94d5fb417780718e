import type { Channel } from '@backhaul/shared';

type Fingerprint = (text: string) => string;

/**
 * What a customer's word about a channel is kept under: the keyed hash of their address, in the one form that all ways to write
 * it have in common. `address`: E.164, or an email address as it is compared.
 */
export function addressHash(fingerprint: Fingerprint, channel: Channel, address: string): string {
  return fingerprint(`${channel}:${channel === 'email' ? address : oneNumber(address)}`);
}

/** What it may be kept under: that, and the forms that were hashed as they came before there was one. */
export function addressHashes(fingerprint: Fingerprint, channel: Channel, address: string): string[] {
  const forms = channel === 'email' ? [address] : [oneNumber(address), ...formsOf(address), address];
  return [...new Set(forms)].map((form) => fingerprint(`${channel}:${form}`));
}

/**
 * Telephones whose number is written with a digit or without it, so that people dial one and WhatsApp names the other: the 1 of
 * Mexico and the 9 of Argentina after the country, and the ninth digit of Brazil's mobiles after the area. A landline of Brazil
 * begins with 2 to 5, so that no two telephones fall together.
 */
const DOUBLES: readonly { readonly form: RegExp; readonly short: string; readonly long: string }[] = [
  { form: /^\+52(?:1)?(\d{10})$/, short: '+52$1', long: '+521$1' },
  { form: /^\+54(?:9)?(\d{10})$/, short: '+54$1', long: '+549$1' },
  { form: /^\+55(\d{2})9?([6-9]\d{7})$/, short: '+55$1$2', long: '+55$19$2' },
];

/** The shortest form of a telephone number in E.164. */
export function oneNumber(number: string): string {
  return formsOf(number)[0] ?? number;
}

function formsOf(number: string): string[] {
  const double = DOUBLES.find(({ form }) => form.test(number));
  return double ? [double.short, double.long].map((form) => number.replace(double.form, form)) : [];
}
