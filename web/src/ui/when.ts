/** `YYYY-MM-DD` on this device's calendar, `days` from today. */
export function dayFromToday(days: number): string {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** `Saturday, November 21` */
export function longDay(day: string): string {
  return new Date(`${day}T12:00:00`).toLocaleDateString(undefined, { weekday: 'long', month: 'long', day: 'numeric' });
}

/** `10:30`, or with the day when it was not today. */
export function clockTime(instant: string): string {
  const moment = new Date(instant);
  const time = moment.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  if (moment.toDateString() === new Date().toDateString()) return time;
  return `${moment.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })}, ${time}`;
}
