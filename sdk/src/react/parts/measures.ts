/** A span of time in its largest fitting unit: `3 minutes`. */
export function spanText(milliseconds: number, language: string): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return unitText(Math.round(milliseconds), 'millisecond', language);
  if (seconds < 60) return unitText(Math.floor(seconds), 'second', language);
  if (seconds < 3600) return unitText(Math.floor(seconds / 60), 'minute', language);
  if (seconds < 86_400) return unitText(Math.floor(seconds / 3600), 'hour', language);
  return unitText(Math.floor(seconds / 86_400), 'day', language);
}

export function bytesText(bytes: number, language: string): string {
  if (bytes < 1000) return unitText(bytes, 'byte', language);
  if (bytes < 1_000_000) return unitText(Math.round(bytes / 1000), 'kilobyte', language);
  return unitText(Math.round(bytes / 100_000) / 10, 'megabyte', language);
}

function unitText(value: number, unit: string, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
