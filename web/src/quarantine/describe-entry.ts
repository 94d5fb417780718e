import type { Messages } from '@backhaul/sdk/react';
import { type QuarantineEntry, words } from '@backhaul/shared';

/** What the record of an entry is called, as far as the entry says so. */
export function nameIn({ values, current }: QuarantineEntry): string | null {
  const name = [current.values['title'], current.values['name'], values['title'], values['name']].find(
    (text) => typeof text === 'string' && text !== '',
  );
  return typeof name === 'string' ? name : null;
}

/** What there is of its record now. */
export function describeCurrent({ current: { state }, entity }: QuarantineEntry): string {
  switch (state) {
    case 'live':
      return 'Now';
    case 'deleted':
      return 'Now deleted; it was';
    case 'gone':
      return 'Deleted long ago';
    case 'none':
      return `There is no such ${words(entity ?? 'record')} yet`;
  }
}

export function describeRefusal(
  { code, message }: NonNullable<QuarantineEntry['refusal']>,
  { reasons }: Messages,
): string {
  const reason = reasons[code];
  return `It was refused: ${reason === undefined ? `${message}.` : reason}`;
}
