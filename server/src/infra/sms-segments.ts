import { SegmentedMessage } from 'sms-segments-calculator';

/** Messages that an SMS of this text is cut into, each of which is paid for. */
export function countSegments(text: string): number {
  return new SegmentedMessage(text).segmentsCount;
}

/**
 * The text with the letters that would turn the whole message into 70 characters a part written without their accents, if
 * that keeps it in the alphabet of 160; as it is where it does not.
 */
export function plainForSms(text: string): string {
  if (isPlain(text)) return text;
  const folded = text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[–—]/g, '-')
    .replaceAll(/[\u00a0\u2007\u202f]/g, ' ')
    .replaceAll(/./gu, (letter) => (isPlain(letter) ? letter : letter.normalize('NFD').replaceAll(/\p{Mn}/gu, '')));
  return isPlain(folded) ? folded : text;
}

function isPlain(text: string): boolean {
  return new SegmentedMessage(text).encodingName === 'GSM-7';
}
