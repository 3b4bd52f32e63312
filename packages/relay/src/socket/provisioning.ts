import { type Bytes, toHex } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import type { Source } from '@sotto/limits';
import {
  CLOSE,
  encodeFrame,
  encodeProvisioningAddress,
  HEADER,
  PATH,
  PROVISIONING_LIFETIME,
} from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { awaitParcel, readParcel, removeParcel } from '../store/parcels.ts';
import { createProvisioningAddress } from './provisioning-address.ts';

/** The socket as it is seen here. */
export interface ProvisioningPipe {
  readonly source: Source;
  send(frame: Bytes): void;
  close(code: number): void;
  /** The database cannot be used. */
  failed(error: unknown): void;
}

const ADDRESS_ID = 1n;
const MESSAGE_ID = 2n;

/**
 * A device that waits to be linked (reference: signal-service §1.3, §2.6). It is told an address, then given the one
 * message that somebody sends there, and goes when it has answered that, or after a minute and a half.
 */
export class Provisioning {
  readonly #context: RelayContext;
  readonly #pipe: ProvisioningPipe;
  readonly #stopped = new AbortController();
  readonly #lifetime: NodeJS.Timeout;

  constructor(context: RelayContext, pipe: ProvisioningPipe) {
    this.#context = context;
    this.#pipe = pipe;
    this.#lifetime = setTimeout(() => pipe.close(CLOSE.normal), PROVISIONING_LIFETIME).unref();
  }

  start(): void {
    const leave = this.#context.waiters.enter(this.#pipe.source);
    if (leave === undefined) {
      this.#context.events.count('overloaded');
      this.#pipe.close(CLOSE.tryAgainLater);
      return;
    }
    this.#run()
      .catch((error: unknown) => this.#failed(error))
      .finally(leave);
  }

  /** The socket has closed. */
  stop(): void {
    clearTimeout(this.#lifetime);
    this.#stopped.abort();
  }

  /** The device has answered, in whatever way. */
  answered(id: bigint): void {
    if (id === MESSAGE_ID) this.#pipe.close(CLOSE.normal);
  }

  async #run(): Promise<void> {
    const { store, waiters, now } = this.#context;
    const { signal } = this.#stopped;
    const { text, parcel } = createProvisioningAddress();
    await store.write(() => awaitParcel(parcel, now() + PROVISIONING_LIFETIME));
    this.#push(ADDRESS_ID, PATH.provisioningAddress, encodeProvisioningAddress(text));
    const message = await waiters.wait({
      bell: toHex(parcel),
      milliseconds: PROVISIONING_LIFETIME,
      signal,
      look: () => store.read(() => readParcel(parcel, now())),
    });
    if (message !== undefined) this.#push(MESSAGE_ID, PATH.provisioningMessage, message);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await store.write(() => removeParcel(parcel));
  }

  #push(id: bigint, path: string, body: Bytes): void {
    const headers = new Map([[HEADER.timestamp, String(this.#context.now())]]);
    this.#pipe.send(encodeFrame({ kind: 'request', id, verb: 'PUT', path, headers, body }));
  }

  /** A row that could not be removed, because the relay stops for one, is forgotten when its time is over. */
  #failed(error: unknown): void {
    const code = error instanceof DatabaseError ? error.code : undefined;
    if (code === 'closed') return;
    if (code !== 'overloaded') {
      this.#pipe.failed(error);
      return;
    }
    this.#context.events.count('overloaded');
    this.#pipe.close(CLOSE.tryAgainLater);
  }
}
