import { asBytes, type Bytes } from '@sotto/bytes';
import { type Context, Reply } from 'zeromq';

/** Where libzmq asks whether a connection is let in (ZeroMQ RFC 27). */
const ZAP_ADDRESS = 'inproc://zeromq.zap.01';

/** Of a request: version, its ID, domain, address, routing ID, mechanism, key. */
const FRAMES = 7;

/**
 * Decides whose handshake is finished. The domain names the connection, since each has a socket of its own: so
 * what libzmq tells nobody else, which key a message came from, is known here.
 */
export class Zap {
  readonly #socket: Reply;
  readonly #asked = new Map<string, (key: Bytes) => boolean>();

  private constructor(socket: Reply) {
    this.#socket = socket;
  }

  static async open(context: Context): Promise<Zap> {
    const zap = new Zap(new Reply({ context, linger: 0 }));
    await zap.#socket.bind(ZAP_ADDRESS);
    void zap.#serve();
    return zap;
  }

  /** Let `admit` decide, once, about the connection with this name; the key has been proved by then. */
  expect(domain: string, admit: (key: Bytes) => boolean): void {
    this.#asked.set(domain, admit);
  }

  forget(domain: string): void {
    this.#asked.delete(domain);
  }

  close(): void {
    this.#socket.close();
  }

  async #serve(): Promise<void> {
    try {
      for await (const frames of this.#socket) await this.#socket.send(this.#answer(frames));
    } catch {
      // Closed while it answered; nobody is let in any more.
    }
  }

  #answer(frames: readonly Buffer[]): (string | Buffer)[] {
    const [, id = '', domain, , , mechanism, key] = frames;
    const name = String(domain ?? '');
    const admit = this.#asked.get(name);
    this.#asked.delete(name);
    const whole = frames.length === FRAMES && String(mechanism) === 'CURVE' && key?.length === 32;
    const admitted = whole && admit?.(asBytes(key)) === true;
    return ['1.0', id, admitted ? '200' : '400', admitted ? '' : 'Access denied', '', ''];
  }
}
