import type { Bytes } from '@sotto/bytes';
import { type AttachmentPointer, encodeAttachment } from '@sotto/protocol';
import { decodePointer, encodePointer, ShardsError } from '@sotto/shards';
import { MAX_SIDE } from '../constants.ts';
import { cleanFileName, cleanFileType } from './clean-file-name.ts';

/** A file that a message speaks of, checked and cut down to what this program knows. */
export interface SaidFile {
  readonly name?: string;
  readonly type: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  /** Serialized; empty where this program cannot tell where the file lies. */
  readonly attachment: Bytes;
}

/** Every file that a content names, in order: one that cannot be had is shown as such. */
export function readSaidFiles(attachments: readonly AttachmentPointer[]): readonly SaidFile[] {
  return attachments.map((attachment) => {
    const { fileName, contentType, size, width, height } = attachment;
    const name = cleanFileName(fileName);
    return {
      ...(name === undefined ? {} : { name }),
      type: cleanFileType(contentType),
      size,
      ...(isSide(width) && isSide(height) ? { width, height } : {}),
      attachment: readPointer(attachment),
    };
  });
}

function readPointer(attachment: AttachmentPointer): Bytes {
  try {
    return encodeAttachment(encodePointer(decodePointer(attachment)));
  } catch (error) {
    if (error instanceof ShardsError) return new Uint8Array(0);
    throw error;
  }
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= MAX_SIDE;
}
