import { readQr } from '../ui/read-qr.ts';

export type FileRead =
  | { readonly text: string }
  /** A picture without a code of text, or something longer than what is looked for. */
  | { readonly problem: 'no-code' | 'too-long' };

/** The text of a file, or of the QR code in a picture. */
export async function readFile(file: File, longest: number): Promise<FileRead> {
  if (file.type.startsWith('image/')) {
    const found = await readQr(file);
    return found === undefined || found.text === '' ? { problem: 'no-code' } : { text: found.text };
  }
  // A character may have four bytes, and files may end in white space.
  if (file.size > longest * 4) return { problem: 'too-long' };
  const text = (await file.text()).trim();
  return text.length > longest ? { problem: 'too-long' } : { text };
}
