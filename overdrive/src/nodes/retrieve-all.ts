import { request } from 'node:https';
import { type Bytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { messageIn } from '../load/mark.ts';

const NAMESPACE = 40;
const LONGEST_WAIT = 20_000;

/** A mailbox of a bare key, and its owner. */
export class OwnMailbox {
  readonly #keys: Ed25519KeyPair;
  readonly pubkey: string;

  constructor(seed: Bytes = randomBytes(32)) {
    this.#keys = ed25519KeyPair(seed);
    this.pubkey = `03${toHex(this.#keys.publicKey)}`;
  }

  /** Numbers of all messages in it, as often as they are there. */
  async retrieve(host: string, port: number): Promise<readonly number[]> {
    const numbers = (await this.contents(host, port)).map(messageIn);
    return numbers.filter((number) => number !== undefined);
  }

  /** All that this node has of it. */
  async contents(host: string, port: number): Promise<readonly Buffer[]> {
    const contents: Buffer[] = [];
    for (let last = ''; ; ) {
      const page = await this.#page(host, port, last);
      contents.push(...page.messages.map(({ data }) => Buffer.from(data, 'base64')));
      last = page.messages.at(-1)?.hash ?? '';
      if (!page.more || last === '') return contents;
    }
  }

  /** A `retrieve` that is held until something comes. */
  waitingRequest(): string {
    return this.#request({ wait: LONGEST_WAIT });
  }

  #request(more: object): string {
    const timestamp = Date.now();
    const signature = toBase64(ed25519Sign(this.#keys.secretKey, utf8(`retrieve${NAMESPACE}${timestamp}`)));
    const params = { pubkey: this.pubkey, namespace: NAMESPACE, timestamp, signature, ...more };
    return JSON.stringify({ method: 'retrieve', params });
  }

  async #page(host: string, port: number, last: string): Promise<Page> {
    for (;;) {
      const { status, text } = await post(host, port, this.#request(last === '' ? {} : { last_hash: last }));
      if (status === 200) return JSON.parse(text) as Page;
      if (status !== 429 && status !== 503) throw new Error(`retrieve: ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

interface Page {
  readonly messages: readonly { readonly hash: string; readonly data: string }[];
  readonly more: boolean;
}

function post(
  host: string,
  port: number,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': Buffer.byteLength(body) };
    const asking = request(
      { host, port, path: '/storage_rpc/v1', method: 'POST', rejectUnauthorized: false, headers },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
        );
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}
