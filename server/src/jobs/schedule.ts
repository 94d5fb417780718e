import { unreachable } from '@backhaul/shared';

/** When a task runs by itself, in UTC. `at`: `02:17`. */
export type Schedule =
  | { readonly kind: 'daily'; readonly at: string }
  | { readonly kind: 'every'; readonly minutes: number };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The first time after `now`. */
export function nextRun(schedule: Schedule, now: Date): Date {
  switch (schedule.kind) {
    case 'daily': {
      const [hours = 0, minutes = 0] = schedule.at.split(':').map(Number);
      const today = new Date(now);
      today.setUTCHours(hours, minutes, 0, 0);
      return today > now ? today : new Date(today.getTime() + DAY);
    }
    case 'every': {
      const step = schedule.minutes * MINUTE;
      return new Date((Math.floor(now.getTime() / step) + 1) * step);
    }
    default:
      return unreachable(schedule);
  }
}
