import {
  ACCESS_NOTES,
  CLIENT_NAMES,
  PROPERTIES,
  SCHEDULES,
  STREETS,
  TOWNS,
  WORKPLACE_ACCESS,
  WORKPLACES,
} from './client-facts.ts';
import type { DemoClient, DemoContext } from './demo-records.ts';

const CHANNELS = [['whatsapp'], ['sms'], ['email'], ['whatsapp', 'email'], ['sms', 'email']] as const;

export function demoClients({ random, id }: DemoContext): DemoClient[] {
  return CLIENT_NAMES.map(([name, contact], n) => {
    const workplace = isWorkplace(name);
    const phone = `+1 508 555 01${String(n).padStart(2, '0')}`;
    const channels = random.pick(CHANNELS);
    return {
      id: id('client', n),
      name,
      contact: contact ?? name,
      phone,
      whatsappPhone: channels.some((channel) => channel === 'whatsapp') ? phone : null,
      email: random.chance(0.85) ? `${mailName(contact ?? name)}@example.com` : null,
      address: `${random.int(3, 240)} ${random.pick(STREETS)}, ${random.pick(TOWNS)}`,
      propertyDetails: random.pick(workplace ? WORKPLACES : PROPERTIES),
      accessNotes: random.chance(0.7) ? random.pick(workplace ? WORKPLACE_ACCESS : ACCESS_NOTES) : null,
      preferredSchedule: random.pick(SCHEDULES),
      preferredDeliveryChannels: [...channels],
    };
  });
}

/** Nobody lives there: offices, practices, shops. */
export function isWorkplace(name: string): boolean {
  return /Dental|Preschool|Law|Padaria|Yoga|Realty|Architects|Vet|Barbers|Senior/.test(name);
}

/** `Dr. Neil Patterson` -> `neil.patterson`, `Seu Antônio Vieira` -> `antonio.vieira`. */
function mailName(name: string): string {
  const letters = name.normalize('NFD').replace(/[^a-z ]/gi, '');
  return letters.toLowerCase().split(' ').filter(Boolean).slice(-2).join('.');
}
