export interface Downscale {
  /** Longest side, in pixels. */
  readonly maxSide: number;
  /** Of the JPEG, from 0 to 1. Default 0.85. */
  readonly quality?: number;
}

/**
 * A smaller JPEG of a picture, or the file itself: where it is small enough, no picture that this platform reads, or would not
 * become smaller. A drawing with transparent parts stays what it is.
 */
export async function downscaled(file: Blob, { maxSide, quality = 0.85 }: Downscale): Promise<Blob> {
  if (!/^image\/(jpeg|webp|heic|heif|avif)$/.test(file.type) || !('OffscreenCanvas' in globalThis)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await canvas.convertToBlob({ type: 'image/jpeg', quality });
    return smaller.size < file.size ? smaller : file;
  } catch {
    // Not to be read as a picture: it is kept as it came.
    return file;
  }
}
