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
import { Gate } from './gate.ts';
import { ANSWER_TIMEOUT, MAX_ATTEMPTS, MAX_REPLY, RESYNC_AT_MOST_EVERY } from './limits.ts';
import { offsetOf } from './network-time.ts';
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
  /** Made anew for every attempt, because signatures name their time: the network's, in milliseconds. */
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

  add(path: Path, guardFailed: boolean): void {
    this.paths.push(path);
    const guard = path.hops[0];
    if (guardFailed && guard) this.guards.push(guard.ed25519);
  }
}

/** What took longer says little about the time. Milliseconds. */
const LONGEST_MEASURE = 5_000;

interface Journey {
  readonly purpose: string;
  readonly wish: PathWish;
  /** Made anew for every attempt. */
  readonly destination: () => OnionDestination;
  readonly timeout: number;
  readonly held: boolean;
  readonly trail: Trail;
}

/** Asks nodes and servers through three hops, over other paths when one fails. */
export class Asker {
  readonly traveller: Traveller;
  readonly #gate = new Gate();
  #resyncing: Promise<void> | undefined;
  #resyncedAt = Number.NEGATIVE_INFINITY;

  constructor(traveller: Traveller) {
    this.traveller = traveller;
  }

  async ask(question: NodeQuestion): Promise<NodeReply> {
    if (question.long) return this.#askNode(question);
    return (await this.#gate.run(() => this.#askNode(question))) ?? { outcome: 'busy' };
  }

  /** For a server; once more over another path when nothing came back. */
  async send(purpose: string, destination: OnionDestination, timeout: number): Promise<TravelOutcome> {
    const trail = new Trail();
    const journey = { purpose, wish: {}, destination: () => destination, timeout, held: false, trail };
    const travelled = await this.#gate.run(async () => {
      const first = await this.#travel(journey);
      return first.outcome === 'silent' ? this.#travel(journey) : first;
    });
    return travelled ?? { outcome: 'busy' };
  }

  close(): void {
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
      rpc: formatClientRequest(request(time.now())),
    });
    for (let attempt = 0; ; attempt++) {
      const asked = clock.now();
      const travelled = await this.#travel({ purpose, wish, destination, timeout, held, trail });
      if (travelled.outcome === 'busy') return { outcome: 'busy' };
      if (travelled.outcome !== 'arrived') return { outcome: 'unanswered' };
      const reply = readReply(travelled);
      if (reply === undefined) return { outcome: 'unanswered' };
      if (isClock(reply.status) && attempt === 0 && (await this.#resync())) continue;
      if (reply.outcome === 'answered' && !held) this.#learnTime(node, reply.body, asked);
      return reply;
    }
  }

  /** Over one path after the other, until one has carried it there or it is nobody's fault. */
  async #travel({ purpose, wish, destination, timeout, held, trail }: Journey): Promise<TravelOutcome> {
    const { keeper } = this.traveller.nodes;
    let last: TravelOutcome = { outcome: 'not-sent' };
    let healed = false;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const around = { ...wish, not: trail.paths, notGuards: trail.guards };
      // Rather a way that has failed than none.
      const path = keeper.path(purpose, around) ?? keeper.path(purpose, wish);
      if (!path) return { outcome: 'not-sent' };
      last = await travel(this.traveller, { path, destination: destination(), timeout, held });
      switch (last.outcome) {
        case 'silent':
          trail.add(path, false);
          return last;
        case 'lost':
          trail.add(path, last.guardFailed);
          break;
        case 'busy':
          trail.add(path, false);
          break;
        case 'clock':
          // Our time is right by now: it is the path that is not.
          if (healed) {
            keeper.failed(path, { kind: 'path' });
            trail.add(path, false);
          }
          healed = healed || (await this.#resync());
          break;
        default:
          return last;
      }
    }
    return last;
  }

  /** Ask the guards what time it is: their answer needs no time of ours. */
  async #resync(): Promise<true> {
    const { clock } = this.traveller;
    const elapsed = Math.abs(clock.now() - this.#resyncedAt);
    if (this.#resyncing !== undefined || elapsed >= RESYNC_AT_MOST_EVERY) {
      this.#resyncing ??= this.#askTime().finally(() => {
        this.#resyncing = undefined;
        this.#resyncedAt = clock.now();
      });
      await this.#resyncing;
    }
    return true;
  }

  async #askTime(): Promise<void> {
    const { door, time, nodes } = this.traveller;
    const answers = await Promise.all(nodes.keeper.guards().map((guard) => door.ask(guard)));
    const told = answers.filter((answer) => answer !== undefined);
    if (told.length === 0) return;
    time.forget();
    for (const { node, offset } of told) time.learn(node, offset);
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
