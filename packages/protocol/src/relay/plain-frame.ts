import { WebSocketMessage_Type } from '../generated/websocket_pb.ts';
import { MAX_HEADERS } from './constants.ts';
import { WireReader } from './wire-reader.ts';

/** Field numbers of `WebSocketMessage` and of its two parts (websocket.proto). */
export const FRAME_FIELD = { type: 1, request: 2, response: 3 } as const;
export const REQUEST_FIELD = { verb: 1, path: 2, body: 3, id: 4, headers: 5 } as const;
export const RESPONSE_FIELD = { id: 1, status: 2, message: 3, body: 4, headers: 5 } as const;

/** What a frame says before it is judged. What only the other kind has is empty. */
export interface FrameParts {
  readonly kind: 'request' | 'response';
  readonly verb: string;
  readonly path: string;
  readonly status: number;
  readonly message: string;
  readonly id?: bigint | undefined;
  readonly body?: Uint8Array | undefined;
  /** Header lines. */
  readonly lines: readonly string[];
}

/**
 * Read a frame as clients write it: its kind, then its part, and no field that the protocol has not. Undefined for any other,
 * also for one that is wrong: what it is has to be found out by the schema.
 */
export function readPlainFrame(bytes: Uint8Array): FrameParts | undefined {
  const reader = new WireReader(bytes);
  if (reader.number() !== FRAME_FIELD.type << 3) return undefined;
  const type = reader.number();
  const isRequest = type === WebSocketMessage_Type.REQUEST;
  if (!isRequest && type !== WebSocketMessage_Type.RESPONSE) return undefined;
  const field = isRequest ? FRAME_FIELD.request : FRAME_FIELD.response;
  if (reader.number() !== tagOf(field)) return undefined;
  if (reader.number() !== reader.left) return undefined;
  return isRequest ? readRequest(reader) : readResponse(reader);
}

function readRequest(reader: WireReader): FrameParts | undefined {
  let [verb, path] = ['', ''];
  let body: Uint8Array | undefined;
  let id: bigint | undefined;
  const lines: string[] = [];
  for (let fields = 0; reader.left > 0; fields++) {
    const tag = reader.number();
    if (tag === tagOf(REQUEST_FIELD.verb)) verb = reader.text();
    else if (tag === tagOf(REQUEST_FIELD.path)) path = reader.text();
    else if (tag === tagOf(REQUEST_FIELD.body)) body = reader.bytes();
    else if (tag === REQUEST_FIELD.id << 3) id = BigInt(reader.number());
    else if (tag === tagOf(REQUEST_FIELD.headers)) lines.push(reader.text());
    else return undefined;
    if (fields === MAX_HEADERS) return undefined;
  }
  return reader.odd ? undefined : { kind: 'request', verb, path, status: 0, message: '', id, body, lines };
}

function readResponse(reader: WireReader): FrameParts | undefined {
  let [status, message] = [0, ''];
  let body: Uint8Array | undefined;
  let id: bigint | undefined;
  const lines: string[] = [];
  for (let fields = 0; reader.left > 0; fields++) {
    const tag = reader.number();
    if (tag === RESPONSE_FIELD.id << 3) id = BigInt(reader.number());
    else if (tag === RESPONSE_FIELD.status << 3) status = reader.number();
    else if (tag === tagOf(RESPONSE_FIELD.message)) message = reader.text();
    else if (tag === tagOf(RESPONSE_FIELD.body)) body = reader.bytes();
    else if (tag === tagOf(RESPONSE_FIELD.headers)) lines.push(reader.text());
    else return undefined;
    if (fields === MAX_HEADERS) return undefined;
  }
  return reader.odd ? undefined : { kind: 'response', verb: '', path: '', status, message, id, body, lines };
}

/** How a field begins that has a length. */
function tagOf(field: number): number {
  return (field << 3) | 2;
}
