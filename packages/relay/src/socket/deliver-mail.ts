import type { Bytes } from '@sotto/bytes';
import type { QueueName } from '@sotto/mailbox';
import {
  decodeEnvelope,
  encodeFrame,
  HEADER,
  MAX_UNANSWERED_DELIVERIES,
  NO_HEADERS,
  PATH,
} from '@sotto/protocol';
import { PAUSE_AT_BUFFERED } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { receiptsFor } from './delivery-receipt.ts';

/** The socket as delivery sees it. */
export interface DeliveryPipe {
  send(frame: Bytes): void;
  /** Bytes accepted and not yet given to the network. */
  buffered(): number;
}

interface InFlight {
  /** Undefined for what is kept nowhere. */
  readonly position?: number;
  readonly id?: Bytes;
  readonly envelope: Bytes;
}

/** Envelopes read from the mailbox at a time (signal-service §1.3). */
const BATCH = 100;

/**
 * Pushes one device's queue over its socket, oldest first, each envelope once per connection. A 2xx
 * answer removes it; any other answer, or none, leaves it for the next connection. When everything
 * that was waiting at connect has been answered, says so once.
 */
export class MailDelivery {
  readonly #context: RelayContext;
  readonly #queue: QueueName;
  readonly #pipe: DeliveryPipe;
  readonly #inFlight = new Map<bigint, InFlight>();
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
        this.#push({ position, id, envelope });
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
    this.#push({ envelope });
  }

  /** The client has answered a push. */
  answered(requestId: bigint, status: number): void {
    const mail = this.#inFlight.get(requestId);
    if (mail === undefined) return;
    this.#inFlight.delete(requestId);
    if (status >= 200 && status < 300) void this.#acknowledged(mail);
    this.pump();
  }

  #hasRoom(): boolean {
    this.#pausedByBuffer = this.#pipe.buffered() >= PAUSE_AT_BUFFERED;
    return !this.#pausedByBuffer && this.#inFlight.size < MAX_UNANSWERED_DELIVERIES;
  }

  #push(mail: InFlight): void {
    const id = this.#nextId++;
    this.#inFlight.set(id, mail);
    this.#pipe.send(
      encodeFrame({
        kind: 'request',
        id,
        verb: 'PUT',
        path: PATH.message,
        headers: new Map([[HEADER.timestamp, String(this.#context.now())]]),
        body: mail.envelope,
      }),
    );
  }

  async #acknowledged({ id, envelope }: InFlight): Promise<void> {
    const { mailbox, events, connections } = this.#context;
    try {
      if (id !== undefined) await mailbox.remove(this.#queue, [id]);
      events.count('message-acknowledged');
      const receipts = receiptsFor(this.#context, decodeEnvelope(envelope), this.#queue);
      if (receipts.length === 0) return;
      await mailbox.append(receipts);
      for (const { queue } of receipts) connections.wake(queue);
    } catch (error) {
      // The envelope stays and comes again at the next connection.
      events.failed(error);
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
