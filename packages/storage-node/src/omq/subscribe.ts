import {
  type Bencodable,
  type BencodedValue,
  type Bytes,
  BytesError,
  decodeBencoded,
  encodeBencoded,
} from '@sotto/bytes';
import type { Peer } from '@sotto/oxenmq';
import { SUBACCOUNT_ACCESS } from '@sotto/protocol';
import { MAX_SUBSCRIPTIONS } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { isAllowed, revokedNow } from '../rpc/authenticate.ts';
import type { Monitors } from './monitors.ts';
import { type Refused, readSubscription, refused } from './read-subscription.ts';

/** A list of dictionaries with a list of namespaces in each. */
const LIMITS = { depth: 3, values: 40 * MAX_SUBSCRIPTIONS };

/** Signatures are checked so many at a time, so that a large request holds up nobody. */
const AT_ONCE = 25;

const MALFORMED = refused(
  'arguments',
  'Invalid arguments: monitor request takes a single bencoded dict or list parameter',
);

/** `monitor.messages`: what was asked is answered in its own form, a dictionary or a list of them (§3.8). */
export async function subscribe(
  context: NodeContext,
  monitors: Monitors,
  body: Bytes,
  peer: Peer,
): Promise<Bytes> {
  const asked = read(body);
  if (asked === undefined) return encodeBencoded({ ...MALFORMED });
  if (!Array.isArray(asked)) return encodeBencoded(answerOne(context, monitors, asked, peer));
  const list = asked as readonly BencodedValue[];
  if (list.length > MAX_SUBSCRIPTIONS)
    return encodeBencoded({ ...refused('arguments', 'too many subscriptions') });
  const answers: Bencodable[] = [];
  for (const [at, one] of list.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    answers.push(answerOne(context, monitors, one, peer));
  }
  return encodeBencoded(answers);
}

function read(body: Bytes): BencodedValue | undefined {
  try {
    const value = decodeBencoded(body, LIMITS);
    return typeof value === 'object' && !(value instanceof Uint8Array) ? value : undefined;
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function answerOne(context: NodeContext, monitors: Monitors, one: BencodedValue, peer: Peer): Bencodable {
  const failed = begin(context, monitors, one, peer);
  return failed === undefined ? { success: 1 } : { ...failed };
}

function begin(
  context: NodeContext,
  monitors: Monitors,
  one: BencodedValue,
  peer: Peer,
): Refused | undefined {
  const { directory, now } = context;
  const subscription = readSubscription(one, now());
  if ('errcode' in subscription) return subscription;
  const { mailbox, auth, text } = subscription;
  if (!directory.isOurs(mailbox)) return refused('swarm', 'this account is kept by another swarm');
  const claim = { mailbox, auth, text, access: SUBACCOUNT_ACCESS.read };
  if (!isAllowed(claim, revokedNow(context))) return refused('signature', 'Signature verification failed');
  return monitors.add(peer, subscription, now()) ? undefined : refused('arguments', 'too many subscriptions');
}
