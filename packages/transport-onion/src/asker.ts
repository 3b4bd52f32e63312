import { type Bytes, toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import type { OnionDestination, Path, PathWish } from '@sotto/onion';
import {
  type ClientRequest,
  formatClientRequest,
  ProtocolError,
  parseJson,
  STORAGE_STATUS,
} from '@sotto/protocol';
import { ClockCheck } from './clock-check.ts';
import { Gate } from './gate.ts';
import { ANSWER_TIMEOUT, LONGEST_MEASURE, MAX_ATTEMPTS, MAX_REPLY } from './limits.ts';
import { offsetOf } from './network-time.ts';
import { StoreWorker, type StoreWorkTerms } from './store-work.ts';
import { type Traveller, type TravelOutcome, travel } from './travel.ts';

/** What a node answered, or that it did not. */
export type NodeReply =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Parsed JSON of an answer with 200 or 421; `undefined` with any other. */
      readonly body: unknown;
    }
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'unanswered' };

export interface NodeQuestion {
  /** Whose path it goes by. */
  readonly purpose: string;
  readonly node: DirectoryNode;
  /** Made anew for every attempt, because signatures name their time: the network's, in steps of ten seconds. */
  readonly request: (now: number) => ClientRequest;
  /** Milliseconds; by default as long as an answer takes. */
  readonly timeout?: number;
  /** Nodes that had better not lie on the path. */
  readonly avoid?: readonly Bytes[];
  /** What earlier attempts at the same thing have met. */
  readonly trail?: Trail;
  /** Held open for long by intention: it does not take a place among the others. */
  readonly long?: boolean;
}

/** Paths and guards that have failed for one undertaking: its next attempt goes another way. */
export class Trail {
  readonly paths: Path[] = [];
  readonly guards: Bytes[] = [];
  /** Those that may have had reason to fail. When another way works, they had none. */
  suspects: Path[] = [];

  add(path: Path, guardFailed: boolean): void {
    this.paths.push(path);
    const guard = path.hops[0];
    if (guardFailed && guard) this.guards.push(guard.ed25519);
  }
}

interface Journey {
  readonly purpose: string;
  readonly wish: PathWish;
  /** Made anew for every attempt. */
  readonly destination: () => OnionDestination;
  readonly timeout: number;
  readonly held: boolean;
  readonly trail: Trail;
  /** Silences that are met with another path. */
  readonly patience: number;
}

/** Asks nodes and servers through three hops, over other paths when one fails. */
export class Asker {
  readonly traveller: Traveller;
  readonly #gate = new Gate();
  readonly #clockCheck: ClockCheck;
  readonly #worker: StoreWorker;
  #answers = 0;

  constructor(traveller: Traveller) {
    this.traveller = traveller;
    this.#clockCheck = new ClockCheck(traveller);
    this.#worker = new StoreWorker(traveller);
  }

  async ask(question: NodeQuestion): Promise<NodeReply> {
    if (question.long) return this.#askNode(question);
    return (await this.#gate.run(() => this.#askNode(question))) ?? { outcome: 'busy' };
  }

  /** For a server; once more over another path when nothing came back. */
  async send(purpose: string, destination: OnionDestination, timeout: number): Promise<TravelOutcome> {
    const trail = new Trail();
    const journey = { purpose, wish: {}, destination: () => destination, timeout, held: false, trail };
    const travelled = await this.#gate.run(() => this.#travel({ ...journey, patience: 1 }));
    return travelled ?? { outcome: 'busy' };
  }

  /** Work for a store, one after the other; `undefined` when the road closes first. */
  workFor(terms: StoreWorkTerms): Promise<string | undefined> {
    return this.#worker.workFor(terms);
  }

  /** How many answers have come by any path: while it does not grow, nothing gets through. */
  get answers(): number {
    return this.#answers;
  }

  close(): void {
    this.#worker.close();
    this.#gate.close();
  }

  async #askNode(question: NodeQuestion): Promise<NodeReply> {
    const { node, purpose, request, timeout = ANSWER_TIMEOUT, avoid = [], trail = new Trail() } = question;
    const held = question.long ?? false;
    const { time, clock } = this.traveller;
    const wish: PathWish = { destination: node.ed25519, avoid };
    const destination = (): OnionDestination => ({
      kind: 'node',
      hop: node,
      rpc: formatClientRequest(request(time.stamp())),
    });
    const journey = { purpose, wish, destination, timeout, held, trail, patience: 0 };
    for (let attempt = 0; ; attempt++) {
      const [asked, wentBy] = [clock.now(), time.offset];
      const travelled = await this.#travel(journey);
      if (travelled.outcome === 'busy') return { outcome: 'busy' };
      if (travelled.outcome !== 'arrived') return { outcome: 'unanswered' };
      const reply = readReply(travelled);
      if (reply === undefined) return { outcome: 'unanswered' };
      if (isClock(reply.status) && attempt === 0) {
        const verdict = await this.#clockCheck.doubt(toHex(node.ed25519), wentBy);
        if (verdict === 'moved') continue;
      }
      if (reply.outcome === 'answered' && !held) this.#learnTime(node, reply.body, asked);
      return reply;
    }
  }

  /** Over one path after the other, until one has carried it there or it is nobody's fault. */
  async #travel(journey: Journey): Promise<TravelOutcome> {
    const { trail, timeout, held } = journey;
    let last: TravelOutcome = { outcome: 'not-sent' };
    let { patience } = journey;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const path = this.#pathFor(journey);
      if (!path) return { outcome: 'not-sent' };
      const wentBy = this.traveller.time.offset;
      const destination = journey.destination();
      last = await travel(this.traveller, { path, destination, timeout, held });
      if (last.outcome === 'not-sent') return last;
      if (last.outcome === 'arrived') {
        this.#answers++;
        if (!isClock(last.status)) this.#clear(path, trail);
        return last;
      }
      if (last.outcome === 'clock') {
        await this.#judgeClock(path, { trail, wentBy, isServer: destination.kind === 'server' });
        continue;
      }
      trail.add(path, last.outcome === 'lost' && last.guardFailed);
      if (destination.kind === 'server') trail.suspects.push(path);
      if (last.outcome === 'silent' && patience-- === 0) return last;
    }
    return last;
  }

  /**
   * Another than have failed, by another guard than have failed or refused; rather one of those than none. A
   * server may make a guard seem to refuse, and gets no path built by it.
   */
  #pathFor({ purpose, wish, trail: { paths, guards, suspects } }: Journey): Path | undefined {
    const { keeper } = this.traveller.nodes;
    const not = [...paths, ...suspects];
    const refused = wish.destination ? suspects.flatMap(({ hops }) => hops[0]?.ed25519 ?? []) : [];
    return (
      keeper.path(purpose, { ...wish, not, notGuards: [...guards, ...refused] }) ??
      keeper.path(purpose, { ...wish, not, notGuards: guards }) ??
      keeper.path(purpose, wish)
    );
  }

  /** A hop refuses our time, or says so: the guard alone may have made it up. */
  async #judgeClock(
    path: Path,
    {
      trail,
      wentBy,
      isServer,
    }: { readonly trail: Trail; readonly wentBy: number; readonly isServer: boolean },
  ): Promise<void> {
    const { keeper } = this.traveller.nodes;
    const guard = path.hops[0];
    const source = guard && keeper.guards().length > 1 ? toHex(guard.ed25519) : `path ${path.id}`;
    const verdict = await this.#clockCheck.doubt(source, wentBy);
    // It was our time, and they were right.
    if (verdict === 'moved') trail.suspects = [];
    else if (verdict === 'hearsay' || isServer) trail.suspects.push(path);
    else {
      keeper.failed(path, { kind: 'path' });
      trail.add(path, true);
    }
  }

  /** It went through by this path: what the others said against it came from them. */
  #clear({ id }: Path, trail: Trail): void {
    const suspects = trail.suspects.filter((suspect) => suspect.id !== id);
    for (const suspect of suspects) this.traveller.nodes.keeper.failed(suspect, { kind: 'path' });
    trail.suspects = [];
  }

  #learnTime({ ed25519 }: DirectoryNode, body: unknown, asked: number): void {
    const { time, clock } = this.traveller;
    const told = typeof body === 'object' && body !== null && 't' in body ? body.t : undefined;
    const heard = clock.now();
    if (typeof told !== 'number' || heard - asked > LONGEST_MEASURE) return;
    time.learn(toHex(ed25519), offsetOf(told, asked, heard));
  }
}

function isClock(status: number): boolean {
  return status === STORAGE_STATUS.clock || status === 425;
}

/** `undefined` for an answer that is not what a node says. */
function readReply({
  status,
  body,
}: Extract<TravelOutcome, { outcome: 'arrived' }>): Extract<NodeReply, { outcome: 'answered' }> | undefined {
  if (status !== STORAGE_STATUS.ok && status !== STORAGE_STATUS.wrongSwarm) {
    return { outcome: 'answered', status, body: undefined };
  }
  try {
    return { outcome: 'answered', status, body: parseJson(body, MAX_REPLY) };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
