import { asBytes } from '@sotto/bytes';
import { ENVELOPE_TYPE, encodeFrame, formatJson, formatMessageList, HEADER, PATH } from '@sotto/protocol';
import type { LoadAccount } from '../relay/accounts.ts';
import { contentOf, numberAt, writeNumber } from './mark.ts';

/** Request IDs of one width in the frame, whatever is counted. */
const FIRST_ID = 2 ** 24;

function requestIdOf(message: number): number {
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
  readonly #numberAt: number;

  constructor(account: LoadAccount) {
    this.#account = account;
    this.#template = this.#encode(0);
    const other = this.#encode(1);
    // Nothing but the two differs: the end of the request's ID comes after its body, which holds the message's.
    this.#numberAt = numberAt(this.#template);
    let last = this.#template.length - 1;
    while (this.#template[last] === other[last]) last--;
    this.#idAt = last;
    // The first byte of the varint is the one that differs; it is four bytes long.
  }

  /** As a contact, who has the access key. */
  ofContact(message: number): Buffer {
    const frame = Buffer.from(this.#template);
    writeNumber(frame, this.#numberAt, message);
    writeVarint(frame, this.#idAt, requestIdOf(message));
    return frame;
  }

  /** As a stranger, with work. */
  ofStranger(message: number, work: string): Buffer {
    return this.#encode(message, [HEADER.work, work]);
  }

  #encode(message: number, header: Header = [HEADER.accessKey, this.#account.accessKey]): Buffer {
    const list = formatMessageList({
      messages: [
        {
          type: ENVELOPE_TYPE.sealed,
          destinationDeviceId: 1,
          destinationRegistrationId: this.#account.registrationId,
          content: asBytes(contentOf(message)),
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

function writeVarint(into: Buffer, at: number, value: number): void {
  let rest = value;
  for (let index = 0; index < 4; index++) {
    into[at + index] = (rest & 0x7f) | (index < 3 ? 0x80 : 0);
    rest = Math.floor(rest / 128);
  }
}
