import { contentOf, numberAt, writeNumber } from './mark.ts';

const TTL = 86_400_000;
const NAMESPACE = 40;

/** A store into somebody's mailbox at a storage node, as an HTTP/1.1 request over one template. */
export class StoreRequest {
  readonly #template: Buffer;
  readonly #numberAt: number;

  constructor(pubkey: string, host: string) {
    const body = storeText(pubkey);
    const head = `POST /storage_rpc/v1 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    this.#template = Buffer.from(head + body);
    this.#numberAt = numberAt(this.#template);
  }

  of(message: number): Buffer {
    const request = Buffer.from(this.#template);
    writeNumber(request, this.#numberAt, message);
    return request;
  }
}

/** What a storage node is asked to keep: message 0, until its number is written over it. */
export function storeText(pubkey: string): string {
  const params = {
    pubkey,
    namespace: NAMESPACE,
    timestamp: Date.now(),
    ttl: TTL,
    data: contentOf(0).toString('base64'),
  };
  return JSON.stringify({ method: 'store', params });
}

/** Whether this is the reply of a swarm that has it, all of it. */
export function isStored(body: Uint8Array): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return text.includes('"hash"') && !text.includes('"failed"');
}
