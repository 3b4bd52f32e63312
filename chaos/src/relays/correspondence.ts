import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '@sotto/testkit';
import type { MailHistory, Sent } from './mail-history.ts';
import { MailReceiver } from './mail-receiver.ts';
import { MailSender } from './mail-sender.ts';
import { HOME, PEOPLE, type PersonName, type Side } from './plan-relays.ts';
import type { Registered } from './register.ts';

/** Each sends in order; several at once, so that commits are shared and processes meet at one queue. */
const SENDERS_EACH = 8;
/** How often it is looked whether something has come, milliseconds. */
const LOOK_EVERY = 20;

export interface CorrespondenceOptions {
  readonly people: Readonly<Record<PersonName, Registered>>;
  readonly url: (side: Side) => string;
  readonly random: SeededRandom;
}

interface Stream {
  readonly name: string;
  readonly to: PersonName;
  readonly sent: Sent[];
  sender: MailSender | undefined;
}

/** Two people who write to each other, each at one relay at a time. */
export class Correspondence {
  readonly senders = PEOPLE.length * SENDERS_EACH;
  acknowledged = 0;
  readonly #options: CorrespondenceOptions;
  readonly #sides = { ...HOME };
  readonly #receivers: Readonly<Record<PersonName, MailReceiver>>;
  readonly #streams: Readonly<Record<PersonName, readonly Stream[]>>;
  readonly #receiving = new AbortController();
  readonly #sending = new AbortController();
  readonly #notEmptied: PersonName[] = [];
  #received: Promise<unknown> = Promise.resolve();

  constructor(options: CorrespondenceOptions) {
    this.#options = options;
    setMaxListeners(0, this.#sending.signal);
    const { people, random } = options;
    const receiverOf = (person: PersonName) =>
      new MailReceiver({ person: people[person], url: () => this.#urlOf(person), random });
    this.#receivers = { alice: receiverOf('alice'), bob: receiverOf('bob') };
    this.#streams = { alice: streamsOf('alice', 'bob'), bob: streamsOf('bob', 'alice') };
  }

  get history(): MailHistory {
    return {
      sent: this.#all().flatMap(({ sent }) => sent),
      taken: { alice: this.#receivers.alice.taken, bob: this.#receivers.bob.taken },
      notEmptied: this.#notEmptied,
    };
  }

  /** Both receive from now on. */
  receive(): void {
    const { signal } = this.#receiving;
    this.#received = Promise.all(PEOPLE.map((person) => this.#receivers[person].run(signal)));
  }

  /** Send so many more, shared by all; resolves when all are acknowledged. */
  async send(count: number, onAcknowledged: () => void = () => undefined): Promise<void> {
    let left = count;
    const runs = PEOPLE.flatMap((person) =>
      this.#streams[person].map((stream) => {
        stream.sender = new MailSender({
          to: this.#options.people[stream.to],
          url: () => this.#urlOf(person),
          next: () => (left-- > 0 && !this.#sending.signal.aborted ? nextOf(stream) : undefined),
          onAcknowledged: () => {
            this.acknowledged += 1;
            onAcknowledged();
          },
          until: this.#sending.signal,
        });
        return stream.sender.run();
      }),
    );
    await Promise.all(runs);
  }

  /** Somebody goes on at the other relay. */
  move(person: PersonName): void {
    this.#sides[person] = this.#sides[person] === 0 ? 1 : 0;
    this.#receivers[person].hangUp();
    for (const { sender } of this.#streams[person]) sender?.hangUp();
  }

  /** Everybody at their own relay, connected, and well. */
  async goHome(): Promise<void> {
    for (const person of PEOPLE) {
      this.#receivers[person].calm();
      if (this.#sides[person] !== HOME[person]) this.move(person);
    }
    while (!PEOPLE.every((person) => this.#receivers[person].isConnected)) await delay(LOOK_EVERY);
  }

  /** Whether all that is acknowledged has come within so many milliseconds. */
  async settled(within: number): Promise<boolean> {
    const deadline = performance.now() + within;
    while (!this.#hasAll()) {
      if (performance.now() > deadline) return false;
      await delay(LOOK_EVERY);
    }
    return true;
  }

  /** Acknowledge what an acknowledgement was lost of, at either relay, until nothing is left. */
  async end(within: number): Promise<void> {
    this.#receiving.abort();
    await this.#received;
    const deadline = performance.now() + within;
    for (const person of PEOPLE) {
      let times = 0;
      // Nothing at one relay, and then nothing at the other one.
      for (let side: Side = 0; times < 2 && performance.now() < deadline; side = side === 0 ? 1 : 0) {
        const rest = await this.#receivers[person].takeRest(this.#options.url(side));
        times = rest === 0 ? times + 1 : 0;
      }
      if (times < 2) this.#notEmptied.push(person);
    }
  }

  /** Whatever is still under way ends. */
  async close(): Promise<void> {
    this.#sending.abort();
    this.#receiving.abort();
    for (const { sender } of this.#all()) sender?.hangUp();
    await this.#received;
  }

  #hasAll(): boolean {
    return PEOPLE.every((person) => {
      const arrived = new Set(this.#receivers[person].taken.map(({ text }) => text));
      return this.#all().every(
        ({ to, sent }) => to !== person || sent.every(({ text }) => arrived.has(text)),
      );
    });
  }

  #all(): readonly Stream[] {
    return PEOPLE.flatMap((person) => this.#streams[person]);
  }

  #urlOf(person: PersonName): string {
    return this.#options.url(this.#sides[person]);
  }
}

function streamsOf(from: PersonName, to: PersonName): readonly Stream[] {
  return Array.from({ length: SENDERS_EACH }, (_, index) => ({
    ...{ name: `${from} ${index + 1}`, to, sent: [] },
    sender: undefined,
  }));
}

function nextOf({ name, to, sent }: Stream): Sent {
  const number = sent.length;
  const timestamp = Math.max(Date.now(), (sent.at(-1)?.timestamp ?? 0) + 1);
  const next = {
    sender: name,
    to,
    number,
    text: `${name} says ${number}`,
    timestamp,
    attempts: 0,
    acknowledged: false,
  };
  sent.push(next);
  return next;
}
