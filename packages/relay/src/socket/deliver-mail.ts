import type { Bytes } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import type { QueueName } from '@sotto/mailbox';
import { encodeFrame, HEADER, MAX_UNANSWERED_DELIVERIES, NO_HEADERS, PATH } from '@sotto/protocol';
import { PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type ReceiptOwed, receiptOwedFor, receiptsFor } from './delivery-receipt.ts';

/** The socket as delivery sees it. */
export interface DeliveryPipe {
  send(frame: Bytes): void;
  /** Bytes accepted and not yet given to the network. */
  buffered(): number;
}

/** Not the envelope itself: a client that never answers would keep 24 MiB of them in memory. */
interface InFlight {
  /** Undefined for what is kept nowhere. */
  readonly position?: number;
  readonly id?: Bytes;
  readonly receipt?: ReceiptOwed;
}

/** Envelopes read from the mailbox at a time (signal-service §1.3). */
const BATCH = 100;

/**
 * Pushes one device's queue over its socket, oldest first, each envelope once per connection. A 2xx
 * answer removes it; any other answer, or none, leaves it for the next connection. When everything
 * that was waiting at connect has been answered, says so once.
 *
 * Throws DatabaseError when the mailbox cannot be read.
 */
export class MailDelivery {
  readonly #context: RelayContext;
  readonly #queue: QueueName;
  readonly #pipe: DeliveryPipe;
  readonly #inFlight = new Map<bigint, InFlight>();
  readonly #acknowledging = new Set<Promise<void>>();
  readonly #backlogEnd: number;
  #cursor = 0;
  #nextId = 1n;
  #saidEmpty = false;
  #stopped = false;
  #pausedByBuffer = false;

  constructor(context: RelayContext, queue: QueueName, pipe: DeliveryPipe) {
    this.#context = context;
    this.#queue = queue;
    this.#pipe = pipe;
    this.#backlogEnd = context.mailbox.newest(queue);
  }

  stop(): void {
    this.#stopped = true;
    this.#inFlight.clear();
  }

  /** Send while there is mail, room in flight and room in the socket's buffer. Called again when any of them changes. */
  pump(): void {
    let exhausted = false;
    while (!this.#stopped && !exhausted && this.#hasRoom()) {
      const room = Math.min(BATCH, MAX_UNANSWERED_DELIVERIES - this.#inFlight.size);
      const batch = this.#context.mailbox.read(this.#queue, this.#cursor, room);
      exhausted = batch.length === 0;
      for (const { position, id, envelope } of batch) {
        this.#cursor = position;
        // The row's memory goes with the frame.
        this.#push(envelope, { position, id: id.slice() });
      }
    }
    // What expired while it waited leaves a gap below the end, so an empty read counts as well.
    if (exhausted || this.#cursor >= this.#backlogEnd) this.#sayEmptyWhenAnswered();
  }

  /** The network has taken something; go on if that is what was waited for. */
  drained(): void {
    if (this.#pausedByBuffer && this.#pipe.buffered() < PAUSE_AT_BUFFERED) this.pump();
  }

  pushOnce(envelope: Bytes): void {
    if (this.#stopped || !this.#hasRoom()) return;
    this.#push(envelope, {});
  }

  /** The client has answered a push. */
  answered(requestId: bigint, status: number): void {
    const mail = this.#inFlight.get(requestId);
    if (mail === undefined) return;
    this.#inFlight.delete(requestId);
    if (status >= 200 && status < 300) {
      const done = this.#acknowledged(mail).finally(() => this.#acknowledging.delete(done));
      this.#acknowledging.add(done);
    }
    this.pump();
  }

  /** Resolves when the acknowledgements that have come are on disk. */
  async settled(): Promise<void> {
    while (this.#acknowledging.size > 0) await Promise.all(this.#acknowledging);
  }

  #hasRoom(): boolean {
    this.#pausedByBuffer = this.#pipe.buffered() >= PAUSE_AT_BUFFERED;
    return !this.#pausedByBuffer && this.#inFlight.size < MAX_UNANSWERED_DELIVERIES;
  }

  #push(envelope: Bytes, mail: Omit<InFlight, 'receipt'>): void {
    const id = this.#nextId++;
    const receipt = receiptOwedFor(envelope);
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

  async #acknowledged({ id, receipt }: InFlight): Promise<void> {
    const { mailbox, events, connections } = this.#context;
    try {
      if (id !== undefined) await mailbox.remove(this.#queue, [id]);
      events.count('message-acknowledged');
      if (receipt === undefined) return;
      const receipts = receiptsFor(this.#context, receipt, this.#queue);
      if (receipts.length > 0) await mailbox.append(receipts);
      for (const { queue } of receipts) connections.wake(queue);
    } catch (error) {
      // The envelope stays and comes again at the next connection. That the relay stops is no failure.
      const code = error instanceof DatabaseError ? error.code : undefined;
      if (code === 'overloaded') events.count('overloaded');
      else if (code !== 'closed') events.failed(error);
    }
  }

  #sayEmptyWhenAnswered(): void {
    if (this.#saidEmpty || this.#stopped) return;
    for (const { position } of this.#inFlight.values()) {
      if (position !== undefined && position <= this.#backlogEnd) return;
    }
    this.#saidEmpty = true;
    const id = this.#nextId++;
    this.#pipe.send(
      encodeFrame({ kind: 'request', id, verb: 'PUT', path: PATH.queueEmpty, headers: NO_HEADERS }),
    );
  }
}
