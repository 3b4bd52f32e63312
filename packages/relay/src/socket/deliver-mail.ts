import type { Bytes } from '@sotto/bytes';
import { DatabaseError, type DatabaseErrorCode } from '@sotto/database';
import type { QueueName } from '@sotto/mailbox';
import { encodeFrame, HEADER, MAX_UNANSWERED_DELIVERIES, NO_HEADERS, PATH } from '@sotto/protocol';
import { PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { notesOf, type ReceiptOwed, receiptsFor } from './delivery-receipt.ts';

/** The socket as delivery sees it. */
export interface DeliveryPipe {
  send(frame: Bytes): void;
  /** Bytes accepted and not yet given to the network. */
  buffered(): number;
  /** The mailbox cannot be read. */
  failed(error: unknown): void;
}

/** Whose mail, and which of it. */
export interface DeliveryTerms {
  readonly queue: QueueName;
  /** Without, stories are taken from the queue unseen (reference: signal-service §1.1). */
  readonly stories: boolean;
}

/** Not the envelope itself: a client that never answers would keep 24 MiB of them in memory. */
interface InFlight {
  /** Undefined for what is kept nowhere. */
  readonly position?: number;
  readonly id?: Bytes;
  readonly receipt?: ReceiptOwed;
}

type Acknowledgement = 'message-acknowledged' | 'story-dropped';

/** Envelopes read from the mailbox at a time (signal-service §1.3). */
const BATCH = 100;

/** Receipts are made anew so often when their reader's devices change meanwhile. */
const TELLING_TRIES = 3;

/** Receipts for whom there was no room are tried again at each wake-up, and so are few. */
const MOST_UNTOLD = 16;

/** It is not there, or has more to do than it can, or has cut off what took too long. */
const PASSING: ReadonlySet<DatabaseErrorCode> = new Set(['unreachable', 'overloaded', 'not-committed']);

/**
 * Pushes one device's queue over its socket, oldest first, each envelope once per connection. A 2xx
 * answer removes it; any other answer, or none, leaves it for the next connection. When everything
 * that was waiting at the start has been answered, says so once.
 */
export class MailDelivery {
  readonly #context: RelayContext;
  readonly #queue: QueueName;
  readonly #stories: boolean;
  readonly #pipe: DeliveryPipe;
  readonly #inFlight = new Map<bigint, InFlight>();
  readonly #acknowledging = new Set<Promise<void>>();
  /**
   * Acknowledgements that could not be written down, and receipts for which there was no room. What has no place here comes
   * again at the next connection, or is not told.
   */
  readonly #owed: (readonly [mail: InFlight, event?: Acknowledgement])[] = [];
  /** Position of the newest mail at the start; undefined until it is known. */
  #backlogEnd: number | undefined;
  #cursor = 0;
  #nextId = 1n;
  /** There may be mail that was not read yet. */
  #behind = true;
  #reading = false;
  /** The mailbox could not be asked: the next wake-up tries again, and not before. */
  #stalled = false;
  #saidEmpty = false;
  #stopped = false;
  #pausedByBuffer = false;

  constructor(context: RelayContext, { queue, stories }: DeliveryTerms, pipe: DeliveryPipe) {
    this.#context = context;
    this.#queue = queue;
    this.#stories = stories;
    this.#pipe = pipe;
  }

  stop(): void {
    this.#stopped = true;
    this.#inFlight.clear();
    this.#owed.length = 0;
  }

  /** There may be new mail, also such as is for now: send while there is some, room in flight and room in the socket's buffer. */
  wake(): void {
    this.#behind = true;
    this.#stalled = false;
    for (const [mail, event] of this.#owed.splice(0)) this.#acknowledge(mail, event);
    this.#goOn();
  }

  /** The newest mail of the queue has this position: is it one that was not read yet? */
  newestIs(position: number): void {
    if (this.#stalled || this.#owed.length > 0 || position > this.#cursor) this.wake();
  }

  /** The network has taken something; go on if that is what was waited for. */
  drained(): void {
    if (this.#pausedByBuffer && this.#pipe.buffered() < PAUSE_AT_BUFFERED) this.#goOn();
  }

  /** The client has answered a push. */
  answered(requestId: bigint, status: number): void {
    const mail = this.#inFlight.get(requestId);
    if (mail === undefined) return;
    this.#inFlight.delete(requestId);
    if (status >= 200 && status < 300) this.#acknowledge(mail, 'message-acknowledged');
    this.#goOn();
  }

  /** Resolves when the acknowledgements that have come are on disk. */
  async settled(): Promise<void> {
    while (this.#acknowledging.size > 0) await Promise.all(this.#acknowledging);
  }

  #goOn(): void {
    if (this.#stopped || this.#reading) return;
    if (!this.#behind) {
      this.#sayEmptyWhenAnswered();
      return;
    }
    if (!this.#hasRoom()) return;
    this.#reading = true;
    this.#read()
      .catch((error: unknown) => {
        if (this.#stopped) return;
        if (this.#isPassing(error)) {
          this.#behind = true;
          this.#stalled = true;
        } else this.#pipe.failed(error);
      })
      .finally(() => {
        this.#reading = false;
        // Something may have come, or been answered, since the last read.
        if (this.#behind && !this.#stalled && this.#hasRoom()) this.#goOn();
      });
  }

  async #read(): Promise<void> {
    const { mailbox, onlineMail, now } = this.#context;
    this.#backlogEnd ??= await mailbox.newest(this.#queue);
    while (!this.#stopped && this.#behind && this.#hasRoom()) {
      // Mail that comes during the read says so again.
      this.#behind = false;
      const room = Math.min(BATCH, MAX_UNANSWERED_DELIVERIES - this.#inFlight.size);
      const batch = await mailbox.read(this.#queue, this.#cursor, room);
      if (this.#stopped) return;
      this.#behind ||= batch.length > 0;
      for (const { position, id, envelope } of batch) {
        this.#cursor = position;
        // The row's memory goes with the frame.
        this.#push(envelope, { position, id: id.slice() });
      }
      if (batch.length > 0) continue;
      const online = await onlineMail.take(this.#queue, now());
      if (this.#stopped) return;
      this.#behind ||= online.length > 0;
      for (const { envelope } of online) this.#push(envelope, {});
    }
    // What expired while it waited leaves a gap below the end, so having read all counts as well.
    if (!this.#behind || this.#cursor >= this.#backlogEnd) this.#sayEmptyWhenAnswered();
  }

  #hasRoom(): boolean {
    this.#pausedByBuffer = this.#pipe.buffered() >= PAUSE_AT_BUFFERED;
    return !this.#pausedByBuffer && this.#inFlight.size < MAX_UNANSWERED_DELIVERIES;
  }

  #push(envelope: Bytes, mail: Omit<InFlight, 'receipt'>): void {
    const { isStory, receipt } = notesOf(envelope);
    if (isStory && !this.#stories) {
      this.#acknowledge(mail, 'story-dropped');
      return;
    }
    const id = this.#nextId++;
    this.#inFlight.set(id, receipt === undefined ? mail : { ...mail, receipt });
    this.#pipe.send(
      encodeFrame({
        kind: 'request',
        id,
        verb: 'PUT',
        path: PATH.message,
        headers: new Map([[HEADER.timestamp, String(this.#context.now())]]),
        body: envelope,
      }),
    );
  }

  #acknowledge(mail: InFlight, event?: Acknowledgement): void {
    const done = this.#acknowledged(mail, event).finally(() => this.#acknowledging.delete(done));
    this.#acknowledging.add(done);
  }

  async #acknowledged(mail: InFlight, event?: Acknowledgement): Promise<void> {
    const { events } = this.#context;
    try {
      await this.#finish(mail);
      if (event !== undefined) events.count(event);
    } catch (error) {
      // That the relay stops is no failure.
      const code = error instanceof DatabaseError ? error.code : undefined;
      if (code === 'overloaded') events.count('overloaded');
      else if (code !== 'closed') events.failed(error);
      if (code !== undefined && code !== 'closed') this.#owe(mail, event);
    }
  }

  /** It is removed, and its sender told in the same commit: neither happens without the other, or twice. */
  async #finish({ id, receipt }: InFlight): Promise<void> {
    const told = receipt === undefined ? 'nobody' : await this.#tell(receipt, id);
    // That its sender has no room must not bring mail again that was acknowledged.
    if (told !== 'told' && id !== undefined) await this.#context.mailbox.remove(this.#queue, [id]);
    if (told === 'later' && receipt !== undefined) this.#owe({ receipt });
  }

  async #tell(owed: ReceiptOwed, id: Bytes | undefined): Promise<'told' | 'nobody' | 'later'> {
    const { mailbox, connections } = this.#context;
    for (let tries = 0; tries < TELLING_TRIES; tries++) {
      const { receipts, premises } = await receiptsFor(this.#context, owed, this.#queue);
      if (receipts.length === 0) return 'nobody';
      const { outcome } =
        id === undefined
          ? await mailbox.append(receipts, premises)
          : await mailbox.exchange({ queue: this.#queue, id }, receipts, premises);
      if (outcome === 'stored') for (const { queue } of receipts) connections.wake(queue);
      if (outcome === 'stored' || outcome === 'gone') return 'told';
      if (outcome === 'full') return 'later';
      // The sender's devices have changed this moment.
    }
    return 'later';
  }

  /** Until the next wake-up. */
  #owe(mail: InFlight, event?: Acknowledgement): void {
    const most = mail.id === undefined ? MOST_UNTOLD : MAX_UNANSWERED_DELIVERIES;
    if (!this.#stopped && this.#owed.length < most)
      this.#owed.push(event === undefined ? [mail] : [mail, event]);
  }

  /** A database that others share is away for a moment: no reason to send its clients away too. Somebody looks again. */
  #isPassing(error: unknown): boolean {
    return this.#context.others !== undefined && error instanceof DatabaseError && PASSING.has(error.code);
  }

  #sayEmptyWhenAnswered(): void {
    const end = this.#backlogEnd;
    if (this.#saidEmpty || this.#stopped || end === undefined) return;
    for (const { position } of this.#inFlight.values()) {
      if (position !== undefined && position <= end) return;
    }
    this.#saidEmpty = true;
    const id = this.#nextId++;
    this.#pipe.send(
      encodeFrame({ kind: 'request', id, verb: 'PUT', path: PATH.queueEmpty, headers: NO_HEADERS }),
    );
  }
}
