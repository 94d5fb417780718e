/**
 * A UUID of version 7 (RFC 9562): the time in milliseconds, then random bits. By hand, because the library for all versions is
 * six times as long; `crypto.randomUUID` is missing where a page is not served securely, as on a phone beside a laptop.
 */
export function newUuid(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'[(bytes[9] ?? 0) % 4];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}
