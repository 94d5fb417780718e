import { encode } from 'jpeg-js';

/** Noise, so that every line of it is in the file. */
export function jpegOf(width: number, height: number): Buffer {
  const data = Buffer.from(
    Array.from({ length: width * height * 4 }, (_, at) => (at * 7919 + (at >> 5) * 104_729) % 256),
  );
  return encode({ width, height, data }, 50).data;
}

/** The same file with another width in its header. */
export function claiming(file: Buffer, width: number): Buffer {
  const bytes = Buffer.from(file);
  bytes.writeUInt16BE(width, bytes.indexOf(Buffer.from([0xff, 0xc0])) + 7);
  return bytes;
}
