import { type Bytes, toHex, utf8 } from '@sotto/bytes';
import { blake2b, ed25519Verify } from '@sotto/crypto';
import type { DirectoryNode } from '@sotto/directory';
import {
  type ClientRequest,
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  parseStoreReply,
  STORAGE_STATUS,
  type StoreReply,
} from '@sotto/protocol';
import { MAX_MEMBERS_TRIED, MAX_STORE_WORK } from './limits.ts';
import { durableCount, type Members, readQuorum, Tour } from './members.ts';
import { parseBody } from './parse-body.ts';

export type StoreOutcome =
  /** So many members have signed that they hold it; `durable` when that is enough to count on. */
  | { readonly outcome: 'held'; readonly by: number; readonly of: number; readonly durable: boolean }
  /** So many members refuse it as it is that it can never become durable. */
  | { readonly outcome: 'refused'; readonly status: number }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'unanswered' };

export interface StoreDurably {
  readonly purpose: string;
  /** Whose box, 33 bytes. */
  readonly key: Bytes;
  readonly namespace: number;
  readonly data: Bytes;
  readonly request: (now: number) => ClientRequest;
  /** Where the answer to the store is in the answer to the request. */
  readonly read?: (body: unknown) => unknown;
}

/** Answers after which no further member is asked, even when too few hold it: the rest does not answer now. */
const ENOUGH_ANSWERS = 2;

/** How a message is named in its swarm (reference: session-protocol §3.5). */
export function hashOf(key: Bytes, namespace: number, data: Bytes): string {
  return messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(key, namespace, data)));
}

/**
 * Put something into its swarm and count who has it: only a signature over the hash, by a member as the
 * directory names it, counts (design §1.6). A member that is asked passes it on to all others.
 */
export async function storeDurably(members: Members, store: StoreDurably): Promise<StoreOutcome> {
  const { key, purpose, request, read = (body: unknown) => body } = store;
  let work: { readonly text: string; readonly bits: number } | undefined;
  const hash = hashOf(key, store.namespace, store.data);
  const tour = new Tour(members, { key, purpose });
  const holders = new Set<string>();
  const refusals = new Map<string, number>();
  let [answers, busy] = [0, false];
  const of = () => members.count(key);
  // Of the present swarm: it may have become another one on the way.
  const by = () => members.inOrder(key).filter(({ ed25519 }) => holders.has(toHex(ed25519))).length;
  const swarm = () => members.asker.traveller.nodes.swarmOf(key);
  const refusers = () => swarm().filter(({ ed25519 }) => refusals.has(toHex(ed25519)));
  const isDurable = () => by() > 0 && by() >= durableCount(of());
  const isRefused = () => refusers().length >= finalRefusals(of());
  // Whoever refuses does so at once and is asked beyond the others, or two liars would leave one to ask.
  const mayAsk = () => asked < MAX_MEMBERS_TRIED + refusals.size && answers < ENOUGH_ANSWERS + (work ? 1 : 0);
  let asked = 0;
  for (; mayAsk() && !isDurable() && !isRefused(); asked++) {
    const node = tour.next();
    if (!node) break;
    const reply = await tour.ask(node, work === undefined ? request : paid(request, work.text));
    if (reply.outcome === 'busy') busy = true;
    if (reply.outcome !== 'answered') continue;
    if (reply.status !== STORAGE_STATUS.ok) {
      if (reply.status >= 500 || reply.status === 429) busy = true;
      // Clocks can be set right; anything else will be refused again.
      else if (reply.status !== STORAGE_STATUS.clock) refusals.set(toHex(node.ed25519), reply.status);
      continue;
    }
    answers++;
    const stored = parseBody(read(reply.body), parseStoreReply);
    for (const holder of holdersIn(hash, stored)) holders.add(holder);
    const bits = workAsked(stored, members.inOrder(key));
    if (isDurable() || bits <= (work?.bits ?? 0)) continue;
    busy = true;
    if (bits > MAX_STORE_WORK) continue;
    const text = await members.asker.workFor({ mailbox: key, hash, bits });
    if (text !== undefined) work = { text, bits };
  }
  const [status] = refusals.values();
  if (status !== undefined && by() === 0 && isRefused()) return { outcome: 'refused', status };
  // Fewer may be liars: the next attempt begins with others.
  for (const node of refusers()) members.avoid(node);
  if (by() > 0) return { outcome: 'held', by: by(), of: of(), durable: isDurable() };
  if (busy) return { outcome: 'busy' };
  void members.lookForList();
  return { outcome: 'unanswered' };
}

/** Refusals that leave too few members for it ever to be durable; one member of two is no more than a word. */
function finalRefusals(members: number): number {
  return Math.max(readQuorum(members), Math.min(2, members));
}

/** The most that any member of the swarm asks; what others say is nobody's price. */
function workAsked(reply: StoreReply | undefined, swarm: readonly DirectoryNode[]): number {
  const keys = new Set(swarm.map(({ ed25519 }) => toHex(ed25519)));
  return (reply?.members ?? []).reduce(
    (most, member) =>
      member.outcome === 'failed' && keys.has(toHex(member.node))
        ? Math.max(most, member.workBits ?? 0)
        : most,
    0,
  );
}

/** The same request with work at what it stores. */
function paid(request: (now: number) => ClientRequest, work: string): (now: number) => ClientRequest {
  return (now) => withWork(request(now), work);
}

function withWork(request: ClientRequest, work: string): ClientRequest {
  if (request.method === 'store') return { ...request, work };
  if (!('requests' in request)) return request;
  const requests = request.requests.map((one) => (one.method === 'store' ? { ...one, work } : one));
  return { ...request, requests };
}

/** Nodes whose signature over the hash holds; whether they are of the swarm is another question. */
function holdersIn(hash: string, reply: StoreReply | undefined): readonly string[] {
  const text = utf8(hash);
  return (reply?.members ?? []).flatMap((member) =>
    member.outcome === 'stored' && ed25519Verify(member.node, text, member.signature)
      ? [toHex(member.node)]
      : [],
  );
}
