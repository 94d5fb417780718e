/** What a browser may show by itself. Anything else it downloads: a page or a drawing with scripts must not run. */
const SHOWN: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'image/heif',
  'image/avif',
  'application/pdf',
  'text/plain',
]);

/** `Content-Disposition` of a download: RFC 6266, with the name in UTF-8 and an ASCII one for what does not read that. */
export function contentDisposition({ mimeType, fileName }: { mimeType: string; fileName: string | null }): string {
  const kind = SHOWN.has(mimeType) ? 'inline' : 'attachment';
  if (fileName === null || fileName === '') return kind;
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%/]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
