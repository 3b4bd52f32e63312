import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { NEWCOMER } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { messagesToPush, writeBatch } from './write-batch.ts';

type Context = Pick<NodeContext, 'store' | 'directory' | 'links' | 'events' | 'now'>;

/**
 * Gives an original node that has come to this swarm the mail that is here, as original nodes do for each other: it
 * asks nobody for what it lacks (session-protocol §4.3). Nodes of ours, which do ask, get nothing unasked.
 */
export class Newcomers {
  readonly #context: Context;
  #members: ReadonlySet<string> | undefined;
  readonly #waiting = new Map<string, { readonly node: DirectoryNode; readonly until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #turning = false;
  #stopped = false;

  constructor(context: Context) {
    this.#context = context;
    // It has links, and is one of ours.
    context.links.onOpen((key) => this.#waiting.delete(key));
  }

  /** The list may be another one. Those who are there when this node starts are no newcomers. */
  follow(): void {
    const { directory, now } = this.#context;
    const members = new Map(directory.members().map((node) => [toHex(node.ed25519), node]));
    for (const key of this.#waiting.keys()) if (!members.has(key)) this.#waiting.delete(key);
    for (const [key, node] of members) {
      if (this.#members?.has(key) !== false) continue;
      this.#waiting.set(key, { node, until: now() + NEWCOMER.patience });
    }
    this.#members = new Set(members.keys());
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
    for (const messages of messagesToPush(this.#context)) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#stopped || !this.#waiting.has(key)) return false;
      if (messages.length === 0) continue;
      if (!(await this.#context.links.originals.give(node, writeBatch(messages)))) return false;
      this.#context.events.count('pushed', messages.length);
    }
    return true;
  }
}
