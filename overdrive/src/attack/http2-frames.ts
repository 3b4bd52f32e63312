/** Kinds of frames (RFC 9113 §6), as many as an attack sends. */
export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
  /** None that anybody knows. */
  unknown: 0xbb,
} as const;

export const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;

export const SETTING = { initialWindowSize: 4 } as const;

const HEAD_BYTES = 9;

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export function http2Frame(
  type: number,
  stream: number,
  payload: Buffer = Buffer.alloc(0),
  flags = 0,
): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + payload.length);
  frame.writeUIntBE(payload.length, 0, 3);
  frame[3] = type;
  frame[4] = flags;
  frame.writeUInt32BE(stream, 5);
  payload.copy(frame, HEAD_BYTES);
  return frame;
}

export function settingsOf(settings: readonly (readonly [number, number])[] = []): Buffer {
  const payload = Buffer.alloc(6 * settings.length);
  for (const [index, [name, value]] of settings.entries()) {
    payload.writeUInt16BE(name, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  }
  return http2Frame(FRAME.settings, 0, payload);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header block without Huffman coding and without the dynamic table (RFC 7541 §6.2.2). */
export function headerBlock(method: 'GET' | 'POST', path: string, more = Buffer.alloc(0)): Buffer {
  const [methodIndex, httpsIndex, pathIndex, authorityIndex] = [method === 'GET' ? 0x82 : 0x83, 0x87, 4, 1];
  return Buffer.concat([
    Buffer.from([methodIndex, httpsIndex, pathIndex]),
    textOf(path),
    Buffer.from([authorityIndex]),
    textOf('x'),
    more,
  ]);
}

/** One more header, whose name is new; `indexed` puts it into the other side's table. */
export function headerOf(name: string, value: string, indexed = false): Buffer {
  return Buffer.concat([Buffer.from([indexed ? 0x40 : 0]), textOf(name), textOf(value)]);
}

/** The entry that was put into the dynamic table last: the static one has 61. */
export const NEWEST_ENTRY = 0x80 | 62;

/** A length of seven bits and more (RFC 7541 §5.1, §5.2). */
function textOf(text: string): Buffer {
  const length: number[] = [];
  if (text.length < 127) length.push(text.length);
  else {
    length.push(127);
    let rest = text.length - 127;
    for (; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), Buffer.from(text, 'latin1')]);
}

/** Cut whole frames off what came; what is left of the bytes. */
export function readHttp2Frames(
  bytes: Buffer,
  take: (frame: {
    readonly type: number;
    readonly flags: number;
    readonly stream: number;
    readonly payload: Buffer;
  }) => void,
): Buffer {
  let at = 0;
  while (bytes.length - at >= HEAD_BYTES) {
    const end = at + HEAD_BYTES + bytes.readUIntBE(at, 3);
    if (bytes.length < end) break;
    const [type = 0, flags = 0] = bytes.subarray(at + 3, at + 5);
    take({
      type,
      flags,
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(at + HEAD_BYTES, end),
    });
    at = end;
  }
  return at === 0 ? bytes : bytes.subarray(at);
}
