import { asBytes } from '@sotto/bytes';
import { ENVELOPE_TYPE, encodeFrame, formatJson, formatMessageList, HEADER, PATH } from '@sotto/protocol';
import type { LoadAccount } from '../relay/accounts.ts';

/** The size of nearly all sealed messages. */
const SEALED_BYTES = 2_560;
/** What a message begins with: found again in whatever it is wrapped in. Twelve bytes, sixteen letters of base64. */
const MARK = Buffer.from('overdriveMSG');
/** Request IDs of one width in the frame, whatever is counted. */
const FIRST_ID = 2 ** 24;

/** The message that a delivered frame carries, or undefined. */
export function messageIn(payload: Buffer): number | undefined {
  const at = payload.indexOf(MARK);
  return at < 0 ? undefined : payload.readUIntBE(at + MARK.length, 6);
}

export function requestIdOf(message: number): number {
  return FIRST_ID + message;
}

export function messageOfRequest(id: bigint): number {
  return Number(id) - FIRST_ID;
}

type Header = readonly [name: string, value: string];

/** A sealed send to an account; what differs from message to message is written over one template. */
export class SendRequest {
  readonly #account: LoadAccount;
  readonly #template: Buffer;
  readonly #idAt: number;
  readonly #markAt: number;

  constructor(account: LoadAccount) {
    this.#account = account;
    this.#template = this.#encode(0);
    const other = this.#encode(1);
    // Nothing but the two differs: the end of the request's ID comes after its body, which holds the message's.
    this.#markAt = this.#template.indexOf(MARK.toString('base64')) + 16;
    let last = this.#template.length - 1;
    while (this.#template[last] === other[last]) last--;
    this.#idAt = last;
    // The first byte of the varint is the one that differs; it is four bytes long.
  }

  /** As a contact, who has the access key. */
  ofContact(message: number): Buffer {
    const frame = Buffer.from(this.#template);
    frame.write(messageText(message), this.#markAt, 'latin1');
    writeVarint(frame, this.#idAt, requestIdOf(message));
    return frame;
  }

  /** As a stranger, with work. */
  ofStranger(message: number, work: string): Buffer {
    return this.#encode(message, [HEADER.work, work]);
  }

  #encode(message: number, header: Header = [HEADER.accessKey, this.#account.accessKey]): Buffer {
    const content = Buffer.alloc(SEALED_BYTES, 7);
    MARK.copy(content);
    content.writeUIntBE(message, MARK.length, 6);
    const list = formatMessageList({
      messages: [
        {
          type: ENVELOPE_TYPE.sealed,
          destinationDeviceId: 1,
          destinationRegistrationId: this.#account.registrationId,
          content: asBytes(content),
        },
      ],
      timestamp: 1_700_000_000_000,
      online: false,
      urgent: true,
    });
    const frame = encodeFrame({
      kind: 'request',
      id: BigInt(requestIdOf(message)),
      verb: 'PUT',
      path: PATH.messagesTo(this.#account.aci),
      headers: new Map([header]),
      body: formatJson(list),
    });
    return Buffer.from(frame);
  }
}

function messageText(message: number): string {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(message, 0, 6);
  return bytes.toString('base64');
}

function writeVarint(into: Buffer, at: number, value: number): void {
  let rest = value;
  for (let index = 0; index < 4; index++) {
    into[at + index] = (rest & 0x7f) | (index < 3 ? 0x80 : 0);
    rest = Math.floor(rest / 128);
  }
}
