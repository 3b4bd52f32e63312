/** Packet types of MQTT 3.1.1 (OASIS, table 2.1), as far as the generator needs them. */
export const MQTT = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
} as const;

/** Fixed header, then the parts (§2.2). */
export function mqttPacket(type: number, flags: number, ...parts: readonly Buffer[]): Buffer {
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [(type << 4) | flags];
  do {
    head.push((length & 0x7f) | (length > 0x7f ? 0x80 : 0));
    length >>= 7;
  } while (length > 0);
  return Buffer.concat([Buffer.from(head), ...parts]);
}

export function mqttText(text: string): Buffer {
  return Buffer.concat([packetId(text.length), Buffer.from(text, 'latin1')]);
}

export function packetId(id: number): Buffer {
  return Buffer.from([id >> 8, id & 0xff]);
}

/** Cuts what a socket gives into packets. */
export class MqttReader {
  readonly #each: (type: number, flags: number, body: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(each: (type: number, flags: number, body: Buffer) => void) {
    this.#each = each;
  }

  read(data: Buffer): void {
    let bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    for (;;) {
      const head = readHead(bytes);
      if (head === undefined || bytes.length < head.end) break;
      const first = bytes.readUInt8(0);
      this.#each(first >> 4, first & 0x0f, bytes.subarray(head.start, head.end));
      bytes = bytes.subarray(head.end);
    }
    this.#rest = bytes;
  }
}

function readHead(bytes: Buffer): { readonly start: number; readonly end: number } | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length && at <= 4; at++) {
    const byte = bytes.readUInt8(at);
    length |= (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) return { start: at + 1, end: at + 1 + length };
  }
  return undefined;
}
