import { decodeFrame, encodeFrame, NO_HEADERS, PATH } from '@sotto/protocol';
import type { LoadAccount } from '../relay/accounts.ts';
import { messageIn } from './mark.ts';
import { WireSocket } from './wire-socket.ts';

export interface RecipientTerms {
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly accounts: readonly LoadAccount[];
}

/** The devices that all messages are for: they acknowledge each at once, and count how often each came. */
export class Recipients {
  readonly #terms: RecipientTerms;
  readonly #times = new Map<number, number>();
  readonly #sockets: WireSocket[] = [];
  #dials = 0;
  /** Deliveries since it was last asked. */
  #lately = 0;

  constructor(terms: RecipientTerms) {
    this.#terms = terms;
  }

  async open(): Promise<void> {
    await Promise.all(this.#terms.accounts.map((account) => this.#dial(account)));
  }

  /** Deliveries since the last call. */
  take(): number {
    const lately = this.#lately;
    this.#lately = 0;
    return lately;
  }

  /** Of these, how many never came and how many came more often than once. */
  check(messages: Iterable<number>): { readonly missing: number; readonly repeated: number } {
    let [missing, repeated] = [0, 0];
    for (const message of messages) {
      const times = this.#times.get(message) ?? 0;
      if (times === 0) missing++;
      else if (times > 1) repeated++;
    }
    return { missing, repeated };
  }

  /** How often a connection had to be made again. */
  get redials(): number {
    return this.#dials - this.#terms.accounts.length;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #dial(account: LoadAccount): Promise<void> {
    this.#dials++;
    const { host, port, from } = this.#terms;
    const login = Buffer.from(`${account.aci}.1:${account.password}`).toString('base64');
    return new Promise((resolve) => {
      const socket = new WireSocket({
        ...{ host, port, from, authorization: `Basic ${login}` },
        opened: resolve,
        message: (payload) => this.#heard(socket, payload),
        ended: () => setTimeout(() => void this.#dial(account).then(resolve), 200),
      });
      this.#sockets.push(socket);
    });
  }

  #heard(socket: WireSocket, payload: Buffer): void {
    const frame = decodeFrame(payload);
    if (frame.kind !== 'request' || frame.path !== PATH.message || frame.id === undefined) return;
    const message = messageIn(payload);
    if (message !== undefined) this.#times.set(message, (this.#times.get(message) ?? 0) + 1);
    this.#lately++;
    const answer = {
      kind: 'response',
      id: frame.id,
      status: 200,
      message: 'OK',
      headers: NO_HEADERS,
    } as const;
    socket.send(Buffer.from(encodeFrame(answer)));
  }
}
