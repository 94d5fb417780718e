/** How long an answer of a provider is waited for. */
export const PROVIDER_TIMEOUT_MS = 15_000;
/** After this, whoever had a message in hand is not coming back: longer than any attempt takes, its document included. */
export const LEASE_MS = 90_000;

const RETRY_BASE_MS = 2_000;
const RETRY_CAP_MS = 15 * 60_000;
/** About an hour and a half on average; then it is left to a human. */
export const ATTEMPTS_MAX = 12;

/** Full jitter: anywhere up to a bound that doubles. Never before the provider wishes. */
export function retryDelay(attempts: number, retryAfterSeconds: number | null, random: () => number): number {
  const bound = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(attempts, 20));
  return Math.max((retryAfterSeconds ?? 0) * 1000, Math.round(random() * bound));
}

/** When a provider is asked about an unknown message, counted from the first doubt. */
const LOOKS_MS = [30_000, 2 * 60_000, 10 * 60_000, 60 * 60_000, 6 * 3_600_000];

/** `null`: it has been asked often enough, a human decides. */
export function nextLook(looks: number, now: Date): Date | null {
  const delay = LOOKS_MS[looks];
  return delay === undefined ? null : new Date(now.getTime() + delay);
}
