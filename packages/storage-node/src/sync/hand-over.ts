import type { Bytes } from '@sotto/bytes';
import type { Swarm } from '@sotto/directory';
import { HAND_OVER, SYNC } from '../constants.ts';
import type { Events } from '../events.ts';
import { nameOf } from './sync-id.ts';
import { FATE, type Fate } from './sync-wire.ts';

export interface HandOverOptions {
  /** Mailboxes of which something is here, ascending, behind this one, at most so many. */
  mailboxes(after: Bytes | undefined, most: number): readonly Bytes[];
  /** Everything of a mailbox. */
  idsOf(mailbox: Bytes): readonly Bytes[];
  /** Who keeps a mailbox by the newest directory; `undefined` when this node does. */
  swarmElsewhere(mailbox: Bytes): Swarm | undefined;
  /** See `pushRound`. */
  push(member: Swarm['nodes'][number], ids: readonly Bytes[]): Promise<readonly Fate[] | undefined>;
  /** Resolves when they are gone from the disk. */
  forget(ids: readonly Bytes[]): Promise<void>;
  /** Nothing is here any more that another swarm keeps. */
  finished(): void;
  readonly events: Events;
}

/**
 * After the swarms have changed: give what other swarms keep now to their members, and let go of it when a
 * majority of them has it on disk. What is still here of other swarms' mailboxes *is* what is left to do, so a
 * stop loses nothing. One thing at a time, so that it takes little from what clients ask.
 */
export class HandOver {
  readonly #options: HandOverOptions;
  #running: Promise<void> | undefined;
  /** The directory has changed since the present run began. */
  #again = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Look for what is to be given away. */
  start(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#again = true;
    this.#failures = 0;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      let left = true;
      try {
        left = await this.#handOverAll();
      } catch (error) {
        if (!this.#stopped) this.#options.events.failed(error);
      }
      if (this.#again || this.#stopped) continue;
      if (left) this.#retryLater();
      else this.#options.finished();
    }
  }

  #retryLater(): void {
    if (this.#stopped) return;
    const { first, last } = HAND_OVER.retry;
    const pause = Math.min(last, first * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    this.#timer = setTimeout(() => {
      this.#again = true;
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    }, pause).unref();
  }

  /** Whether something could not be given away. */
  async #handOverAll(): Promise<boolean> {
    let left = false;
    let after: Bytes | undefined;
    const batches = new Map<bigint, { readonly swarm: Swarm; ids: Bytes[] }>();
    const { mailboxes, idsOf, swarmElsewhere } = this.#options;
    for (;;) {
      const page = mailboxes(after, HAND_OVER.mailboxesAtOnce);
      for (const mailbox of page) {
        const swarm = swarmElsewhere(mailbox);
        if (swarm === undefined || swarm.nodes.length === 0) continue;
        const batch = batches.get(swarm.id) ?? { swarm, ids: [] };
        batches.set(swarm.id, batch);
        batch.ids.push(...idsOf(mailbox));
        while (batch.ids.length >= SYNC.itemsAtOnce) {
          left = (await this.#handOver(swarm, batch.ids.splice(0, SYNC.itemsAtOnce))) || left;
          // Whoever keeps what may have changed meanwhile.
          if (this.#stopped || this.#again) return true;
        }
      }
      after = page.at(-1);
      if (after === undefined) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { swarm, ids } of batches.values()) {
      if (ids.length > 0) left = (await this.#handOver(swarm, ids)) || left;
      if (this.#stopped || this.#again) return true;
    }
    return left;
  }

  /** Whether some of it stays here. */
  async #handOver({ nodes }: Swarm, ids: readonly Bytes[]): Promise<boolean> {
    const { push, forget, events } = this.#options;
    const majority = Math.floor(nodes.length / 2) + 1;
    const settled = new Map(ids.map((id) => [nameOf(id), 0]));
    let open = ids;
    // Each begins elsewhere, so that not all of a swarm burden the same members.
    for (const node of fromRandom(nodes)) {
      const asked = open;
      const fates = await push(node, asked);
      if (this.#stopped || this.#again) return true;
      for (const [index, id] of asked.entries()) {
        if (fates?.[index] === FATE.refused) events.count('hand-over-refused');
        if (fates?.[index] === FATE.settled) settled.set(nameOf(id), (settled.get(nameOf(id)) ?? 0) + 1);
      }
      open = asked.filter((id) => (settled.get(nameOf(id)) ?? 0) < majority);
      if (open.length === 0) break;
    }
    const still = new Set(open.map(nameOf));
    const done = ids.filter((id) => !still.has(nameOf(id)));
    if (done.length > 0) {
      await forget(done);
      events.count('handed-over', done.length);
    }
    return open.length > 0;
  }
}

function fromRandom<Item>(items: readonly Item[]): readonly Item[] {
  const start = Math.floor(Math.random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
