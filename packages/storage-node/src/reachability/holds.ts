import { type Bytes, concatBytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { randomBytes, sha256 } from '@sotto/crypto';
import type { DirectoryNode } from '@sotto/directory';
import { SETTLED, TEST_TIMEOUT } from '../constants.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeContext } from '../node-context.ts';

const LABEL = utf8('sotto storage test v1\0');
const LONGEST_REPLY = 256;

/** What a member is asked: to show that it has the bytes of one message. */
export interface HoldsQuestion {
  /** 33 bytes. */
  readonly mailbox: Bytes;
  readonly hash: string;
  /** 32 bytes, another for each question, so that no answer can be kept instead of a message. */
  readonly nonce: Bytes;
}

export function formatQuestion({ mailbox, hash, nonce }: HoldsQuestion): Bytes {
  return utf8(JSON.stringify({ pubkey: toHex(mailbox), hash, nonce: toHex(nonce) }));
}

/** `undefined` for anything that is no question. */
export function parseQuestion(body: Uint8Array): HoldsQuestion | undefined {
  if (body.length > 512) return undefined;
  try {
    const { pubkey, hash, nonce } = JSON.parse(fromUtf8(body)) as Record<string, unknown>;
    if (typeof pubkey !== 'string' || pubkey.length !== 66) return undefined;
    if (typeof hash !== 'string' || hash.length > 64) return undefined;
    if (typeof nonce !== 'string' || nonce.length !== 64) return undefined;
    return { mailbox: fromHex(pubkey), hash, nonce: fromHex(nonce) };
  } catch {
    return undefined;
  }
}

/** The answer to a member's question: a digest, or nothing when the message is not here. */
export function answerHolds({ store, directory, now }: NodeContext, body: Uint8Array): Bytes {
  const question = parseQuestion(body);
  if (question === undefined || !directory.isOurs(question.mailbox)) return new Uint8Array();
  const data = store.messages.find(question.mailbox, question.hash, now());
  return data === undefined ? new Uint8Array() : digestOf(question.nonce, data);
}

/**
 * Ask a member for a message that this node holds too and that both should have had for a while. `undefined`
 * when there is nothing to ask, no answer, or the message went while it was asked.
 */
export async function asksHeld(
  {
    store,
    links,
    directory,
    now,
    random,
  }: Pick<NodeContext, 'store' | 'links' | 'directory' | 'now'> & {
    random(): number;
  },
  member: DirectoryNode,
): Promise<boolean | undefined> {
  const sample = store.messages.sample(random(), { now: now(), before: now() - SETTLED });
  // What another swarm keeps by now may lie here for a while.
  if (sample === undefined || !directory.isOurs(sample.mailbox)) return undefined;
  const nonce = randomBytes(32);
  const reply = await links.post(member, {
    path: LINK_PATH.holds,
    body: formatQuestion({ ...sample, nonce }),
    timeout: TEST_TIMEOUT,
    maxReply: LONGEST_REPLY,
  });
  if (reply.outcome !== 'answered' || reply.status !== 200) return undefined;
  // Deleted or expired in the meantime: nobody's fault.
  const data = store.messages.find(sample.mailbox, sample.hash, now());
  return data === undefined ? undefined : equalBytes(reply.body, digestOf(nonce, data));
}

function digestOf(nonce: Bytes, data: Bytes): Bytes {
  return sha256(concatBytes(LABEL, nonce, data));
}
