import { type Bytes, equalBytes, observe, toHex } from '@sotto/bytes';
import type { Collector, IncomingEnvelope } from '@sotto/client';
import type { Aci } from '@sotto/identity';
import {
  decodeEnvelope,
  ENVELOPE_TYPE,
  PATH,
  ProtocolError,
  type RelayEnvelope,
  type RequestFrame,
} from '@sotto/protocol';
import { MAX_OPEN_BYTES, MAX_OPEN_ENVELOPES } from './limits.ts';

/** Acknowledged: the relay deletes it. */
const DONE = 200;
/** Not acknowledged: the relay keeps it. */
const BAD = 400;
const UNKNOWN = 404;

/**
 * What one connection delivers (reference: signal-service §1.3). Envelopes go to the collector in the
 * relay's order, each is acknowledged when the collector has committed it and never before, and the
 * queue counts as empty when the relay says so and all that came before is acknowledged.
 */
export class Collection {
  readonly #collector: Collector;
  readonly #aci: Aci;
  /** Called when an envelope could not be opened now; the connection must be made anew some time. */
  readonly #onUnopened: () => void;
  /** Envelopes handed over and not yet acknowledged; one that was refused for now stays. */
  readonly #open = new Set<object>();
  #openBytes = 0;
  /** Those of them that stand before the end of the queue; absent until the relay has named it. */
  #before: Set<object> | undefined;
  #drained = false;

  constructor(collector: Collector, aci: Aci, onUnopened: () => void) {
    this.#collector = collector;
    this.#aci = aci;
    this.#onUnopened = onUnopened;
  }

  /** Take a request of the relay. Throws ProtocolError when it sends more than it may. */
  take(request: RequestFrame, answer: (status: number) => void): void {
    const path = `${request.verb} ${request.path}`;
    if (path === `PUT ${PATH.message}`) this.#takeEnvelope(request, answer);
    else if (path === `PUT ${PATH.queueEmpty}`) {
      answer(DONE);
      this.#before ??= new Set(this.#open);
      this.#checkDrained();
    } else answer(UNKNOWN);
  }

  #takeEnvelope(request: RequestFrame, answer: (status: number) => void): void {
    const size = request.body?.length ?? 0;
    if (this.#open.size >= MAX_OPEN_ENVELOPES || this.#openBytes + size > MAX_OPEN_BYTES) {
      throw new ProtocolError('too-large', 'more envelopes at once than the protocol allows');
    }
    const envelope = request.body && readEnvelope(request.body);
    if (!envelope || !equalBytes(envelope.destination, this.#aci)) answer(BAD);
    // Unsealed ones come from other clients; nothing of ours sends or reads them.
    else if (envelope.type !== ENVELOPE_TYPE.sealed || !envelope.content) answer(DONE);
    else this.#handOver(envelope, envelope.content, size, answer);
  }

  #handOver(envelope: RelayEnvelope, sealed: Bytes, size: number, answer: (status: number) => void): void {
    const entry = {};
    this.#open.add(entry);
    this.#openBytes += size;
    const settled = (acknowledged: boolean) => {
      this.#openBytes -= size;
      if (!acknowledged) {
        this.#onUnopened();
        return;
      }
      answer(DONE);
      observe('collect', 'after');
      this.#open.delete(entry);
      this.#before?.delete(entry);
      this.#checkDrained();
    };
    this.#collect({ id: toHex(envelope.guid), sealed, serverTime: envelope.serverTimestamp }).then(
      () => settled(true),
      () => settled(false),
    );
  }

  /** Asynchronous, so that a collector that throws at once counts like one that rejects. */
  async #collect(envelope: IncomingEnvelope): Promise<void> {
    observe('collect', 'before');
    await this.#collector.envelope(envelope);
  }

  #checkDrained(): void {
    if (this.#drained || this.#before?.size !== 0) return;
    this.#drained = true;
    this.#collector.drained();
  }
}

function readEnvelope(body: Uint8Array): RelayEnvelope | undefined {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
