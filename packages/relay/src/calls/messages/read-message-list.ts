import { Buffer } from 'node:buffer';
import type { Bytes } from '@sotto/bytes';
import {
  type IncomingMessage,
  type IncomingMessageList,
  MAX_DEVICE_ID,
  MAX_FRAME_BYTES,
  MAX_TIMESTAMP,
  parseJson,
  parseMessageList,
} from '@sotto/protocol';

/**
 * The body of a send (reference: signal-service §4.1). Throws ProtocolError.
 *
 * As clients write it, it is read in one pass. Any other body, with white space, escapes, members that are unknown or come
 * twice, or with anything wrong, is left to the parser and the schema, which alone refuse.
 */
export function readMessageList(body: Bytes): IncomingMessageList {
  return readPlainList(body) ?? parseMessageList(parseJson(body));
}

/** Undefined for whatever is not surely right. */
export function readPlainList(body: Bytes): IncomingMessageList | undefined {
  return body.length > MAX_FRAME_BYTES ? undefined : new PlainBody(body).list();
}

const MAX_TYPE = 255;
const MAX_UINT32 = 0xffff_ffff;
const LIST = membersOf('messages', 'timestamp', 'online', 'urgent');
const MESSAGE = membersOf('type', 'destinationDeviceId', 'destinationRegistrationId', 'content');
const [TRUE, FALSE] = [Buffer.from('true'), Buffer.from('false')] as const;
const [QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d] as const;

/** Reads from left to right; what has not the plain form is undefined, and then so is the whole. */
class PlainBody {
  readonly #bytes: Buffer;
  #at = 0;

  constructor({ buffer, byteOffset, length }: Bytes) {
    this.#bytes = Buffer.from(buffer, byteOffset, length);
  }

  list(): IncomingMessageList | undefined {
    const values = this.#object(LIST, (member) => {
      if (member === 0) return this.#messages();
      return member === 1 ? this.#integer(0, MAX_TIMESTAMP) : this.#boolean();
    });
    if (values === undefined || this.#at < this.#bytes.length) return undefined;
    const [messages, timestamp = 0, online = false, urgent = true] = values;
    return messages === undefined
      ? undefined
      : ({ messages, timestamp, online, urgent } as IncomingMessageList);
  }

  #messages(): readonly IncomingMessage[] | undefined {
    if (!this.#has(OPEN_LIST)) return undefined;
    const messages: IncomingMessage[] = [];
    if (this.#has(CLOSE_LIST)) return messages;
    do {
      const message = this.#message();
      if (message === undefined || messages.push(message) > MAX_DEVICE_ID) return undefined;
    } while (this.#has(COMMA));
    return this.#has(CLOSE_LIST) ? messages : undefined;
  }

  #message(): IncomingMessage | undefined {
    const values = this.#object(MESSAGE, (member) => {
      if (member === 0) return this.#integer(0, MAX_TYPE);
      if (member === 1) return this.#integer(1, MAX_DEVICE_ID);
      return member === 2 ? this.#integer(0, MAX_UINT32) : this.#base64();
    });
    if (values === undefined || values.includes(undefined)) return undefined;
    const [type, destinationDeviceId, destinationRegistrationId, content] = values;
    return { type, destinationDeviceId, destinationRegistrationId, content } as IncomingMessage;
  }

  /** Values in the order of `names`, undefined where there is none; the members may be in any other order. */
  #object(names: readonly Buffer[], read: (member: number) => unknown): readonly unknown[] | undefined {
    if (!this.#has(OPEN)) return undefined;
    const values: unknown[] = [undefined, undefined, undefined, undefined];
    do {
      const member = names.findIndex((name) => this.#hasAll(name));
      if (member < 0 || values[member] !== undefined) return undefined;
      const value = read(member);
      if (value === undefined) return undefined;
      values[member] = value;
    } while (this.#has(COMMA));
    return this.#has(CLOSE) ? values : undefined;
  }

  #integer(least: number, most: number): number | undefined {
    const start = this.#at;
    let value = 0;
    for (let digit = this.#digit(); digit !== undefined && value <= most; digit = this.#digit()) {
      value = value * 10 + digit;
      this.#at++;
    }
    const isLong = this.#at - start > 1 && this.#bytes[start] === ZERO;
    return this.#at === start || isLong || value < least || value > most ? undefined : value;
  }

  #digit(): number | undefined {
    const digit = (this.#bytes[this.#at] ?? 0) - ZERO;
    return digit >= 0 && digit <= 9 ? digit : undefined;
  }

  #boolean(): boolean | undefined {
    if (this.#hasAll(TRUE)) return true;
    return this.#hasAll(FALSE) ? false : undefined;
  }

  /** Not empty, and only if it is what these bytes are written as: so one look finds everything that base64 may not be. */
  #base64(): Bytes | undefined {
    if (!this.#has(QUOTE)) return undefined;
    const end = this.#bytes.indexOf(QUOTE, this.#at);
    if (end <= this.#at) return undefined;
    const text = this.#bytes.toString('latin1', this.#at, end);
    this.#at = end + 1;
    const content = new Uint8Array(Buffer.byteLength(text, 'base64'));
    const view = Buffer.from(content.buffer);
    view.write(text, 'base64');
    return view.toString('base64') === text ? content : undefined;
  }

  #has(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #hasAll(bytes: Buffer): boolean {
    for (let index = 0; index < bytes.length; index++) {
      if (this.#bytes[this.#at + index] !== bytes[index]) return false;
    }
    this.#at += bytes.length;
    return true;
  }
}

const ZERO = 0x30;

function membersOf(...names: readonly string[]): readonly Buffer[] {
  return names.map((name) => Buffer.from(`"${name}":`));
}
