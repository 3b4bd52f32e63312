import type { Bus } from '@sotto/bus';
import { type Bytes, concatBytes, equalBytes, type Secret, toHex } from '@sotto/bytes';
import { hmacSha256, randomBytes } from '@sotto/crypto';
import type { QueueName } from '@sotto/mailbox';
import type { OtherProcesses } from '../socket/connections.ts';

/** What processes of one relay tell each other about the devices that are connected. */
export interface Heard {
  /** There is new mail for a device. */
  mail(queue: QueueName): void;
  /** A device has connected to another process, as the `order`th of all. */
  connected(queue: QueueName, order: number): void;
  /** Credentials of an account have changed or gone, or are said to have. */
  revoked(account: Bytes): void;
}

const KIND = { mail: 1, connected: 2, revoked: 3 } as const;
const ALL_DEVICES = 0;
const PROCESS_BYTES = 8;
const ORDER_BYTES = 8;
const WORD_BYTES = 2 + PROCESS_BYTES + ORDER_BYTES;
const TAG_BYTES = 16;
const SUBJECT_BYTES = 16;

/**
 * Bells for accounts, one subject each. A subject is a keyed hash that only this relay's processes can make, so the
 * bus sees how often somebody gets mail and not who. Nor can it ring by itself: each bell has a tag, and to ring one again
 * changes nothing. A bell may be lost: `lookAround` finds what it was about.
 */
export class Bells implements OtherProcesses {
  readonly #bus: Bus;
  readonly #key: Secret;
  readonly #heard: Heard;
  /** Who rings, so that a process does not hear itself. */
  readonly #process = randomBytes(PROCESS_BYTES);
  readonly #listening = new Map<string, () => void>();

  constructor(bus: Bus, key: Secret, heard: Heard) {
    this.#bus = bus;
    this.#key = key;
    this.#heard = heard;
  }

  /** Hear what concerns an account, which has a device connected here. */
  listen(account: Bytes): void {
    const subject = this.#subjectOf(account);
    if (this.#listening.has(subject)) return;
    const end = this.#bus.subscribe(subject, (payload) => this.#hear(account, payload));
    this.#listening.set(subject, end);
  }

  ignore(account: Bytes): void {
    const subject = this.#subjectOf(account);
    this.#listening.get(subject)?.();
    this.#listening.delete(subject);
  }

  mail({ account, device }: QueueName): void {
    this.#ring(account, KIND.mail, device);
  }

  connected({ account, device }: QueueName, order: number): void {
    this.#ring(account, KIND.connected, device, order);
  }

  revoked(account: Bytes, device = ALL_DEVICES): void {
    this.#ring(account, KIND.revoked, device);
  }

  #ring(account: Bytes, kind: number, device: number, order = 0): void {
    const word = concatBytes(new Uint8Array([kind, device]), this.#process, new Uint8Array(ORDER_BYTES));
    viewOf(word).setBigUint64(WORD_BYTES - ORDER_BYTES, BigInt(order));
    this.#bus.publish(this.#subjectOf(account), concatBytes(word, this.#tagOf(account, word)));
  }

  #hear(account: Bytes, payload: Bytes): void {
    if (payload.length !== WORD_BYTES + TAG_BYTES) return;
    const word = payload.subarray(0, WORD_BYTES);
    if (equalBytes(word.subarray(2, 2 + PROCESS_BYTES), this.#process)) return;
    if (!equalBytes(payload.subarray(WORD_BYTES), this.#tagOf(account, word))) return;
    const [kind, device = 0] = word;
    const order = Number(viewOf(word).getBigUint64(WORD_BYTES - ORDER_BYTES));
    if (kind === KIND.mail) this.#heard.mail({ account, device });
    else if (kind === KIND.connected) this.#heard.connected({ account, device }, order);
    else if (kind === KIND.revoked) this.#heard.revoked(account);
  }

  /** Longer input than a subject has, so that neither is ever the other. */
  #tagOf(account: Bytes, word: Bytes): Bytes {
    return hmacSha256(this.#key.expose(), concatBytes(account, word)).subarray(0, TAG_BYTES);
  }

  #subjectOf(account: Bytes): string {
    return toHex(hmacSha256(this.#key.expose(), account).subarray(0, SUBJECT_BYTES));
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Bytes): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
