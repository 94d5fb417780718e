/** Of one message. */
export const REASON_LENGTH = 1_000;
/** Of all that is kept on the record; the audit log has the rest. */
const KEPT_LENGTH = 9_000;

/** What a client wrote, without what nobody types; `null`: nothing. */
export function parseReason(text: string | null): string | null {
  const clean = (text ?? '')
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .trim()
    .slice(0, REASON_LENGTH)
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean;
}

/** Added to what they wrote before: nothing that somebody typed is lost. */
export function joinReasons(before: string | null, reason: string): string {
  const joined = before === null || before === '' ? reason : `${before}\n\n${reason}`;
  return joined.slice(-KEPT_LENGTH).toWellFormed();
}
