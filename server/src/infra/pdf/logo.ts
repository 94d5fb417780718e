import { inflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** A picture that can be put into a PDF as it is. */
export interface Logo {
  readonly bytes: Buffer;
}

/** Of the file. */
export const LOGO_BYTES_MAX = 2 * 1024 * 1024;
/** 2,000 x 2,000: more than any printer shows of a logo, and 16 MB while it is decoded. */
const PIXELS_MAX = 4_000_000;
const PNG_SIGNATURE = '89504e470d0a1a0a';

/**
 * `null` for what is no JPEG or PNG that can be shown. A JPEG is put into the document as it is, and only whoever looks at that
 * decodes it: see `isWholePicture`. A PNG is decoded and written again without transparency: the PDF library
 * decodes transparent ones in the background, where what is wrong with somebody's upload would end the process. Interlaced ones
 * are not taken, because how much they inflate to is not bounded.
 */
export function prepareLogo(bytes: Uint8Array): Logo | null {
  const buffer = Buffer.from(bytes);
  try {
    if (buffer.subarray(0, 8).toString('hex') === PNG_SIGNATURE) return preparePng(buffer);
    return buffer.length > 4 && isJpeg(buffer) ? { bytes: buffer } : null;
  } catch {
    return null;
  }
}

/**
 * Whether a picture can be shown to its last line: decodes all of it: two and a half seconds for a progressive one
 * of four million pixels on a busy machine. For when one is given (`checkPicture`); printing trusts it.
 */
export function isWholePicture(bytes: Buffer): boolean {
  if (prepareLogo(bytes) === null) return false;
  return !isJpeg(bytes) || isWholeJpeg(bytes);
}

/** By how it begins; of at least two bytes. */
export function isJpeg(bytes: Buffer): boolean {
  return bytes.readUInt16BE(0) === 0xffd8;
}

function isWholeJpeg(bytes: Buffer): boolean {
  if (scansOf(bytes) > SCANS_MAX) return false;
  try {
    jpeg.decode(bytes, {
      tolerantDecoding: false,
      formatAsRGBA: false,
      maxResolutionInMP: PIXELS_MAX / 1_000_000,
      maxMemoryUsageInMB: DECODING_MB_MAX,
    });
    return true;
  } catch {
    return false;
  }
}

/** In the pixels a 0xff is always followed by a zero, so this counts scans, and those of a thumbnail. */
function scansOf(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(SCAN); at !== -1; at = bytes.indexOf(SCAN, at + 2)) count += 1;
  return count;
}

const SCAN = Buffer.from([0xff, 0xda]);
/** A progressive picture has about ten. Each walks over all pixels, however few bytes it has: thousands would take hours. */
const SCANS_MAX = 16;
const DECODING_MB_MAX = 128;

function preparePng(buffer: Buffer): Logo | null {
  const [width, height, interlace] = [buffer.readUInt32BE(16), buffer.readUInt32BE(20), buffer.readUInt8(28)];
  if (width * height === 0 || width * height > PIXELS_MAX || interlace !== 0) return null;
  const [depth, colorType] = [buffer.readUInt8(24), buffer.readUInt8(25)];
  const rowBytes = Math.ceil((width * depth * (CHANNELS[colorType] ?? 0)) / 8) + 1;
  // The decoder takes whatever was in memory for pixels that are missing.
  const pixels = inflateSync(imageData(buffer), { maxOutputLength: rowBytes * height });
  if (pixels.length !== rowBytes * height) return null;
  const picture = PNG.sync.read(buffer);
  return { bytes: PNG.sync.write(picture, { colorType: 2, inputHasAlpha: true, bgColor: WHITE }) };
}

/** By colour type: grey, colours, palette, each with transparency or without. */
const CHANNELS: readonly (number | undefined)[] = [1, undefined, 3, 1, 2, undefined, 4];

/** Of all chunks that hold some: length, type, data, checksum. */
function imageData(buffer: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= buffer.length; at += 12 + buffer.readUInt32BE(at)) {
    if (buffer.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(buffer.subarray(at + 8, at + 8 + buffer.readUInt32BE(at)));
    }
  }
  return Buffer.concat(parts);
}

const WHITE = { red: 255, green: 255, blue: 255 };
