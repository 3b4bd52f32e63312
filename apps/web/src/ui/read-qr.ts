import jsQr from 'jsqr';

/** The longest side that a picture is shrunk to before it is searched. */
const MAX_SIDE = 1600;

/** What the QR code in a picture holds; undefined when there is none that can be read. */
export async function readQr(file: Blob): Promise<{ text: string; bytes: Uint8Array } | undefined> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (bitmap === undefined) return undefined;
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const found = jsQr(context.getImageData(0, 0, width, height).data, width, height);
  return found === null ? undefined : { text: found.data, bytes: Uint8Array.from(found.binaryData) };
}
