import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { formatJson, MAX_HEAD_VALUES, parseJson } from '../json.ts';
import { MAX_REQUEST_BYTES } from '../storage/constants.ts';
import { fillWithSpaces } from './padding.ts';

/** What every layer looks like from inside, and a request from outside (reference: session-protocol §2.1). */
export interface LayerFrame {
  /** A view of the input. */
  readonly blob: Bytes;
  readonly json: unknown;
}

const LENGTH_BYTES = 4;

/**
 * `[N: u32 little endian][blob: N bytes][JSON]`; the blob comes in pieces, so that it is copied once. A JSON
 * of fewer bytes than `jsonBytes` is filled to it with spaces.
 */
export function encodeLayerFrame(blob: readonly Uint8Array[], json: object, jsonBytes = 0): Bytes {
  const short = formatJson(json);
  const text = fillWithSpaces(short, Math.max(jsonBytes, short.length));
  let length = 0;
  for (const piece of blob) length += piece.length;
  const frame = new Uint8Array(LENGTH_BYTES + length + text.length);
  new DataView(frame.buffer).setUint32(0, length, true);
  let offset = LENGTH_BYTES;
  for (const piece of [...blob, text]) {
    frame.set(piece, offset);
    offset += piece.length;
  }
  return frame;
}

/** Throws ProtocolError: `malformed` or `too-large` for the frame, `bad-json` for what stands behind the blob. */
export function decodeLayerFrame(bytes: Uint8Array): LayerFrame {
  if (bytes.length < LENGTH_BYTES) throw new ProtocolError('malformed', 'too short for a length');
  if (bytes.length > MAX_REQUEST_BYTES) throw new ProtocolError('too-large', 'longer than any request');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const end = LENGTH_BYTES + length;
  if (end > bytes.length) throw new ProtocolError('malformed', 'shorter than its length says');
  const own = asBytes(bytes);
  const json = parseJson(own.subarray(end), MAX_REQUEST_BYTES, MAX_HEAD_VALUES);
  return { blob: own.subarray(LENGTH_BYTES, end), json };
}
