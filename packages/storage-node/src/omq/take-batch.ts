import { type BencodedValue, type Bytes, BytesError, decodeBencoded, fromUtf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import { accountIdFromBytes, readRecord } from '@sotto/identity';
import {
  MAX_MESSAGE_DATA_BYTES,
  MAX_TTL,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  NAMESPACE,
  namespaceRules,
} from '@sotto/protocol';
import { FORWARDED_STORE_TOLERANCE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { admitPushed } from '../rpc/admit-store.ts';
import type { NewMessage } from '../store/messages.ts';

/** A message as original nodes push it to each other: without its namespace and without anybody's signature (§4.3). */
export interface PushedMessage {
  readonly mailbox: Bytes;
  readonly hash: string;
  /** Milliseconds, both. */
  readonly timestamp: number;
  readonly expiry: number;
  readonly data: Bytes;
}

/** The version that is the first byte of a batch; the others are gone. */
export const BATCH_VERSION = 1;

/** Five values and a list for each: as many as lie in a batch of 9 MB when each is 150 bytes. */
const LIMITS = { depth: 3, values: 400_000 };

/** Read the body of `sn.data`. Throws BytesError when it is none; members that are no messages are left out. */
export function readBatch(body: Uint8Array): readonly PushedMessage[] {
  if (body[0] !== BATCH_VERSION) throw new BytesError('bad-encoding', 'a batch of another version');
  const list = decodeBencoded(body.subarray(1), LIMITS);
  if (!Array.isArray(list)) throw new BytesError('bad-encoding', 'a batch is a list');
  return (list as readonly BencodedValue[]).flatMap(readPushed);
}

function readPushed(value: BencodedValue): readonly PushedMessage[] {
  if (!Array.isArray(value)) return [];
  const [mailbox, hash, timestamp, expiry, data] = value as readonly (BencodedValue | undefined)[];
  const whole = mailbox instanceof Uint8Array && hash instanceof Uint8Array && data instanceof Uint8Array;
  if (!whole || mailbox.length !== 33 || data.length > MAX_MESSAGE_DATA_BYTES) return [];
  if (typeof timestamp !== 'number' || typeof expiry !== 'number' || hash.length > 64) return [];
  return [{ mailbox, hash: textOf(hash), timestamp, expiry, data }];
}

function textOf(bytes: Bytes): string {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof BytesError) return '';
    throw error;
  }
}

/** Where messages lie that need no signature of their own to be believed. A hash says which of them it is. */
const BELIEVED = [0, NAMESPACE.requests, -10, 10, 20, 30, -20, -30, NAMESPACE.record];

/**
 * What of a pushed message can be believed without asking anybody: one for a public inbox, into which everybody may
 * store anyway, and an account's record, which its owner has signed. `undefined` for the rest: whether its owner
 * wanted it there only others who have seen it can say.
 */
export function believe(message: PushedMessage, now: number): NewMessage | undefined {
  const { mailbox, timestamp, expiry, data, hash } = message;
  const namespace = BELIEVED.find((one) => hashOf(mailbox, one, data) === hash);
  if (namespace === undefined) return undefined;
  const { outbox } = namespaceRules(namespace);
  // Its owner may have changed how long it lives since it was stored, up to the most that any may.
  const ahead = now + FORWARDED_STORE_TOLERANCE;
  if (expiry > ahead + MAX_TTL || expiry <= now || timestamp > ahead) {
    return undefined;
  }
  if (!outbox) return { ...message, namespace, signedAt: 0, outbox };
  const signedAt = recordTime(mailbox, data);
  return signedAt === undefined || signedAt > now + FORWARDED_STORE_TOLERANCE
    ? undefined
    : { ...message, namespace, signedAt, outbox };
}

function hashOf(mailbox: Bytes, namespace: number, data: Bytes): string {
  return messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
}

const ACCOUNT_PREFIX = 0x05;

/** When the owner of the mailbox made this record; `undefined` when it is none of theirs. */
function recordTime(mailbox: Bytes, data: Bytes): number | undefined {
  if (mailbox[0] !== ACCOUNT_PREFIX) return undefined;
  const read = readRecord(data, accountIdFromBytes(mailbox));
  return read.outcome === 'read' ? read.record.issuedAt : undefined;
}

/** Messages of one transaction: others wait for the disk meanwhile. */
const AT_ONCE = 100;

/**
 * Keep what can be believed of a batch and is ours to keep. What cannot is left out: this node asks its swarm for
 * what it misses, over links that say who answers. So is what its sender would have to pay for here.
 */
export async function takeBatch(context: NodeContext, body: Uint8Array): Promise<void> {
  const { directory, store, waiters, events, now } = context;
  const pushed = readBatch(body).filter(({ mailbox }) => directory.isOurs(mailbox));
  for (let from = 0; from < pushed.length; from += AT_ONCE) {
    const believed = pushed.slice(from, from + AT_ONCE).flatMap((one) => believe(one, now()) ?? []);
    const unconfirmed = Math.min(AT_ONCE, pushed.length - from) - believed.length;
    if (unconfirmed > 0) events.count('push-unconfirmed', unconfirmed);
    const admitted = believed.filter((one) => admitPushed(context, one));
    const bytes = admitted.reduce((sum, { data }) => sum + data.length, 0);
    const stored = await store.write(
      () => admitted.filter((one) => store.messages.put(one, now()).outcome === 'stored'),
      bytes,
    );
    for (const one of stored) {
      events.count('message-stored');
      if (one.outbox) store.eraseSoon();
      waiters.wake(one, one);
    }
  }
}
