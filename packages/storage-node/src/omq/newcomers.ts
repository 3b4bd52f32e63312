import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { NEWCOMER } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { messagesToPush, writeBatch } from './write-batch.ts';

type Context = Pick<NodeContext, 'store' | 'directory' | 'links' | 'events' | 'now'>;

/**
 * Gives an original node that has come to this swarm, or with a new swarm, the mail that is here and that it is to keep,
 * as original nodes do for each other: it asks nobody for what it lacks (session-protocol §4.3). Nodes of ours, which
 * do ask, get nothing unasked.
 */
export class Newcomers {
  readonly #context: Context;
  /** This node's own. */
  #swarm: bigint | undefined;
  #swarms: ReadonlySet<bigint> = new Set();
  #members: ReadonlySet<string> = new Set();
  readonly #waiting = new Map<string, { readonly node: DirectoryNode; readonly until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #turning = false;
  #stopped = false;

  constructor(context: Context) {
    this.#context = context;
    // It has links, and is one of ours.
    context.links.onOpen((key) => this.#waiting.delete(key));
  }

  /** The list may be another one. Who is there when this node comes to a swarm, also by its start, is no newcomer. */
  follow(): void {
    const { directory, now } = this.#context;
    const { self, list } = directory;
    const own = self?.swarm;
    const nodes = new Map(list.nodes.map((node) => [toHex(node.ed25519), node]));
    for (const [key, { node }] of this.#waiting) {
      if (nodes.get(key)?.swarm !== node.swarm) this.#waiting.delete(key);
    }
    const stayed = own !== undefined && own === this.#swarm;
    for (const [key, node] of stayed ? nodes : []) {
      const isNew = node.swarm === own ? !this.#members.has(key) : !this.#swarms.has(node.swarm);
      if (isNew) this.#waiting.set(key, { node, until: now() + NEWCOMER.patience });
    }
    this.#swarm = own;
    this.#swarms = new Set(list.nodes.map(({ swarm }) => swarm));
    // With itself, which is none of its own newcomers.
    this.#members = new Set(
      list.nodes.filter(({ swarm }) => swarm === own).map(({ ed25519 }) => toHex(ed25519)),
    );
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#stopped || this.#turning || this.#waiting.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#turning = true;
      this.#turn()
        .catch((error: unknown) => this.#stopped || this.#context.events.failed(error))
        .finally(() => {
          this.#turning = false;
          this.#wait();
        });
    }, NEWCOMER.pause).unref();
  }

  /** One after another, so that it takes little from what clients ask. */
  async #turn(): Promise<void> {
    const { links, now } = this.#context;
    for (const [key, { node, until }] of [...this.#waiting]) {
      if (!this.#waiting.has(key)) continue;
      const isOver = now() > until;
      if (isOver || (links.originals.has(node, false) && (await this.#give(key, node)))) {
        this.#waiting.delete(key);
      }
    }
  }

  /** False when some of it has not come there. */
  async #give(key: string, node: DirectoryNode): Promise<boolean> {
    for (const messages of messagesToPush(this.#context, node)) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#stopped || !this.#waiting.has(key)) return false;
      if (messages.length === 0) continue;
      if (!(await this.#context.links.originals.give(node, writeBatch(messages)))) return false;
      this.#context.events.count('pushed', messages.length);
    }
    return true;
  }
}
