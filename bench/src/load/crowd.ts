import type { Dialect, LoadConnection } from './dialect.ts';
import { Ledger } from './ledger.ts';
import { pause, settle } from './settle.ts';

/** So many users log in at once. */
const JOINING = 50;

/** Users on one server in a ring, each with a few messages under way to the next one. */
export class Crowd {
  readonly ledger = new Ledger();
  readonly #dialect: Dialect;
  readonly #port: number;
  readonly #members: LoadConnection[] = [];
  readonly #size: number;
  /** Number of its first user at the server. */
  readonly #first: number;
  #failure: Error | undefined;
  #sending = false;
  /** Told of each arrival while messages are paced. */
  #late: ((sender: number) => void) | undefined;
  /** Both must be known before a place is free again: that it was accepted, and that it has arrived. */
  readonly #halves: { accepted: number; arrived: number; refilled: number }[] = [];

  constructor(dialect: Dialect, port: number, size: number, first = 0) {
    this.#dialect = dialect;
    this.#port = port;
    this.#size = size;
    this.#first = first;
  }

  async join(): Promise<void> {
    for (let first = 0; first < this.#size; first += JOINING) {
      const numbers = Array.from(
        { length: Math.min(JOINING, this.#size - first) },
        (_, each) => first + each,
      );
      await Promise.all(numbers.map((number) => this.#joinOne(number)));
    }
  }

  async #joinOne(number: number): Promise<void> {
    const sender = (number + this.#size - 1) % this.#size;
    this.#members[number] = await this.#dialect.connect(this.#port, this.#first + number, {
      message: (text) => this.#arrived(sender, text),
      failed: (reason) => this.#fail(new Error(reason)),
    });
  }

  /** Fill every place, and refill each until `stop`. */
  start(inFlight: number): void {
    this.#sending = true;
    for (let sender = 0; sender < this.#size; sender++) {
      this.#halves[sender] = { accepted: 0, arrived: 0, refilled: 0 };
      for (let place = 0; place < inFlight; place++) this.#send(sender);
    }
  }

  /**
   * Send so many a second in turns, each when it is due, whatever has become of the others (an open loop). `timed`
   * hears of each that arrives how long after its time it did: who cannot keep up is late, and is not asked less.
   */
  async pace(perSecond: number, milliseconds: number, timed: (milliseconds: number) => void): Promise<void> {
    const [began, messages] = [performance.now(), Math.floor((perSecond * milliseconds) / 1_000)];
    const due = Array.from({ length: this.#size }, (): number[] => []);
    this.#late = (sender) => timed(performance.now() - (due[sender]?.shift() ?? Number.NaN));
    for (let sent = 0; sent < messages; ) {
      const dueBy = ((performance.now() - began) * perSecond) / 1_000;
      for (; sent < Math.min(dueBy, messages); sent++) {
        due[sent % this.#size]?.push(began + (sent * 1_000) / perSecond);
        this.#send(sent % this.#size);
      }
      this.#check();
      await pause(1);
    }
    await this.stop();
    this.#late = undefined;
  }

  /** Send no more and wait for all that is under way. Rejects when some of it never arrives. */
  async stop(): Promise<void> {
    this.#sending = false;
    await settle(
      this.ledger,
      () => this.ledger.settled,
      () => this.#check(),
    );
  }

  /** Something went wrong; `stop` says what. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async leave(): Promise<void> {
    // Whoever is told of the end of the others must not count it as a failure.
    this.#failure = new Error('the crowd has left');
    await Promise.all(this.#members.map((member) => member.close()));
  }

  #send(sender: number): void {
    const receiver = this.#members[(sender + 1) % this.#size];
    const member = this.#members[sender];
    if (member === undefined || receiver === undefined) return;
    member.send(receiver.address, this.ledger.next(sender), () => {
      this.ledger.accepted(sender);
      const halves = this.#halves[sender];
      if (halves !== undefined) halves.accepted++;
      this.#refill(sender);
    });
  }

  #arrived(sender: number, text: string): void {
    try {
      if (this.ledger.received(text) !== sender) throw new Error('a message went to somebody else');
      this.#late?.(sender);
      const halves = this.#halves[sender];
      if (halves !== undefined) halves.arrived++;
      this.#refill(sender);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #refill(sender: number): void {
    const halves = this.#halves[sender];
    if (halves === undefined || !this.#sending || this.#failure !== undefined) return;
    while (halves.refilled < Math.min(halves.accepted, halves.arrived)) {
      halves.refilled++;
      this.#send(sender);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}
