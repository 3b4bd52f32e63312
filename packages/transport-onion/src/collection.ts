import type { Collector } from '@sotto/client';
import { NAMESPACE } from '@sotto/protocol';
import { accountBox, type Box, contactBox } from './box.ts';
import type { Credentials, EarlierMailbox } from './credentials.ts';
import { FAILURES_UNTIL_DOWN } from './limits.ts';
import { MailboxLoop } from './mailbox-loop.ts';
import type { Members } from './members.ts';
import type { BoxKind } from './read-box.ts';

/**
 * All mailboxes of this device: where strangers write to the account, where contacts write to the device,
 * and those before it, each collected on its own. Tells the collector when the road is up and drained.
 */
export class Collection {
  readonly #members: Members;
  readonly #collector: Collector;
  /** Those that must have drained are in it with `false`. */
  readonly #loops = new Map<MailboxLoop, boolean>();
  #contacts: MailboxLoop;
  #failures = 0;
  #isUp = false;
  #toldDrained = false;
  #closed = false;
  #count = 0;

  constructor(members: Members, credentials: Credentials, collector: Collector) {
    this.#members = members;
    this.#collector = collector;
    this.#contacts = this.#readContacts(credentials);
    this.#read(accountBox(credentials.identitySecret, NAMESPACE.requests), 'requests');
    for (const earlier of credentials.earlier) this.#readEarlier(earlier);
  }

  /** The device has another mailbox for contacts; the one before is the first of the earlier ones. */
  use(credentials: Credentials): void {
    if (this.#closed) return;
    const before = this.#contacts;
    const [left] = credentials.earlier;
    this.#contacts = this.#readContacts(credentials);
    if (left) this.#readEarlier(left);
    this.#end(before);
  }

  /** We go by another list: what failed by the one before is tried at once. */
  hurry(): void {
    for (const loop of this.#loops.keys()) loop.hurry();
  }

  close(): void {
    this.#closed = true;
    for (const loop of this.#loops.keys()) loop.close();
    this.#loops.clear();
  }

  #readContacts({ mailboxSeed }: Credentials): MailboxLoop {
    return this.#read(contactBox(mailboxSeed), 'contacts');
  }

  #readEarlier({ seed, until }: EarlierMailbox): void {
    if (until > this.#members.asker.traveller.clock.now()) this.#read(contactBox(seed), 'contacts', until);
  }

  #read(box: Box, kind: BoxKind, until?: number): MailboxLoop {
    const loop: MailboxLoop = new MailboxLoop({
      members: this.#members,
      collector: this.#collector,
      box,
      kind,
      patience: until === undefined ? 'waits' : 'looks',
      ...(until === undefined ? {} : { until }),
      purpose: `mail ${++this.#count}`,
      onAnswer: () => this.#answered(),
      onFailure: () => this.#failed(),
      onDrained: () => this.#drained(loop),
    });
    this.#loops.set(loop, false);
    return loop;
  }

  #end(loop: MailboxLoop): void {
    loop.close();
    this.#loops.delete(loop);
    this.#tellDrained();
  }

  #answered(): void {
    this.#failures = 0;
    if (this.#isUp || this.#closed) return;
    this.#isUp = true;
    this.#collector.connected();
    this.#tellDrained();
  }

  #failed(): void {
    if (this.#closed) return;
    this.#failures++;
    if (this.#failures >= FAILURES_UNTIL_DOWN) void this.#lookForList();
    if (!this.#isUp) {
      this.#collector.disconnected();
      return;
    }
    if (this.#failures < FAILURES_UNTIL_DOWN) return;
    this.#isUp = false;
    this.#toldDrained = false;
    for (const loop of this.#loops.keys()) {
      this.#loops.set(loop, false);
      loop.sweepAgain();
    }
    this.#collector.disconnected();
  }

  async #lookForList(): Promise<void> {
    if ((await this.#members.lookForList()) && !this.#closed) this.hurry();
  }

  #drained(loop: MailboxLoop): void {
    if (!this.#loops.has(loop)) return;
    this.#loops.set(loop, true);
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#toldDrained || !this.#isUp || this.#closed) return;
    if ([...this.#loops.values()].some((drained) => !drained)) return;
    this.#toldDrained = true;
    this.#collector.drained();
  }
}
