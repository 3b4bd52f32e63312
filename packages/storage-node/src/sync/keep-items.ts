import type { Bytes } from '@sotto/bytes';
import { namespaceRules } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';
import type { ApplyMessageOutcome } from '../store/messages.ts';
import type { ApplyOperationOutcome } from '../store/operations.ts';
import { type Judged, judgeItem } from './judge-item.ts';
import type { Verdict } from './pull-round.ts';

/** Something that another node says is to be kept here. */
export interface Claimed {
  readonly item: Bytes;
  /** What it was asked for by, if it was asked for. */
  readonly id?: Bytes;
  /** A second member has the same. */
  readonly confirmed: boolean;
}

type KeepContext = Pick<NodeContext, 'store' | 'directory' | 'waiters' | 'events' | 'now'>;

/** Judged between two turns of the event loop: some milliseconds of signatures. */
const AT_ONCE = 50;

/** Judge what came and keep what is good; verdicts in order, after what was kept is on disk. */
export async function keepItems(
  context: KeepContext,
  claimed: readonly Claimed[],
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let at = 0; at < claimed.length; at += AT_ONCE) {
    verdicts.push(...(await keepSome(context, claimed.slice(at, at + AT_ONCE))));
  }
  return verdicts;
}

async function keepSome(context: KeepContext, claimed: readonly Claimed[]): Promise<readonly Verdict[]> {
  const { store, directory, now } = context;
  const judge = {
    isOurs: (mailbox: Bytes) => directory.isOurs(mailbox),
    revokedSince: (mailbox: Bytes, token: Bytes) => store.operations.revokedSince(mailbox, token),
    now: now(),
  };
  const judged = claimed.map(({ item, id }) => judgeItem(judge, item, id));
  const bytes = claimed.reduce((sum, { item }) => sum + item.length, 0);
  // What their owners have signed first: it says what becomes of the messages.
  const order = [...judged.keys()].sort((one, other) => rank(judged[one]) - rank(judged[other]));
  const verdicts = await store.write(() => {
    const done: Verdict[] = [];
    for (const index of order)
      done[index] = keepOne(context, judged[index], claimed[index]?.confirmed === true);
    return done;
  }, bytes);
  tellOf(context, judged, verdicts);
  return verdicts;
}

function rank(judged: Judged | undefined): number {
  return judged?.kind === 'operation' ? 0 : 1;
}

/** Inside `write`. */
function keepOne({ store, now }: KeepContext, judged: Judged | undefined, confirmed: boolean): Verdict {
  if (judged === undefined) return 'forged';
  if (judged.kind === 'refused') return judged.verdict;
  if (judged.kind === 'operation') {
    return VERDICTS[store.operations.apply(judged.operation, judged.at, now())];
  }
  return keepMessage(store, judged, { confirmed, now: now() });
}

/**
 * What is not proven needs a second member that has the same, and so does a second message under one signature, which
 * covers no data: whoever has seen one could put any number beside it until the box is full, or another record in
 * the place of the true one.
 */
function keepMessage(
  { messages, holdings }: KeepContext['store'],
  { message, proven }: Extract<Judged, { kind: 'message' }>,
  { confirmed, now }: { readonly confirmed: boolean; readonly now: number },
): Verdict {
  const { openStore, outbox } = namespaceRules(message.namespace);
  const likewise = openStore ? [] : holdings.signedLike(message);
  if (!confirmed && (!proven || likewise.length > 0)) return 'unproven';
  // Of two records under one signature the one that more than one member has.
  if (outbox) holdings.forget(likewise);
  return VERDICTS[messages.apply(message, now)];
}

const VERDICTS: Readonly<Record<ApplyMessageOutcome | ApplyOperationOutcome, Verdict>> = {
  stored: 'kept',
  applied: 'kept',
  updated: 'updated',
  known: 'known',
  deleted: 'over',
  outdated: 'over',
  over: 'over',
  superseded: 'over',
  'too-new': 'early',
  full: 'no-room',
  'box-full': 'no-room',
  'database-full': 'no-room',
};

/** Wake who waits for mail, and have the bytes of what was removed erased. */
function tellOf(
  { store, waiters, events }: KeepContext,
  judged: readonly Judged[],
  verdicts: readonly Verdict[],
): void {
  for (const [index, one] of judged.entries()) {
    if (verdicts[index] !== 'kept') continue;
    if (one.kind === 'operation') store.eraseSoon();
    if (one.kind !== 'message') continue;
    events.count('message-stored');
    waiters.wake(one.message, { ...one.message, expiry: one.message.baseExpiry });
    if (namespaceRules(one.message.namespace).outbox) store.eraseSoon();
  }
}
