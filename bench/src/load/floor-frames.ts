/** Kinds of the floor's frames: length 4, kind 1, user 4, number 4, body. */
export const FLOOR = { hello: 0, message: 1, accepted: 2, received: 3 } as const;
const HEAD = 13;

export interface FloorFrame {
  readonly kind: number;
  readonly user: number;
  readonly number: number;
  readonly body: Buffer;
}

export function floorFrame(kind: number, user: number, number: number, body?: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(HEAD + (body?.length ?? 0));
  frame.writeUInt32LE(frame.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32LE(user, 5);
  frame.writeUInt32LE(number, 9);
  body?.copy(frame, HEAD);
  return frame;
}

/** Cuts what a socket gives into frames. */
export class FrameReader {
  readonly #each: (frame: FloorFrame) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(each: (frame: FloorFrame) => void) {
    this.#each = each;
  }

  read(data: Buffer): void {
    let bytes = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data]);
    while (bytes.length >= HEAD) {
      const length = bytes.readUInt32LE(0);
      if (bytes.length < length) break;
      const [kind, user, number] = [bytes.readUInt8(4), bytes.readUInt32LE(5), bytes.readUInt32LE(9)];
      this.#each({ kind, user, number, body: bytes.subarray(HEAD, length) });
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
  }
}
