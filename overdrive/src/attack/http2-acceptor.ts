import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { OwnNode } from '../nodes/network.ts';
import type { AttackCase } from './attack-case.ts';
import { floodOver } from './flood-over.ts';
import { Http2Connection } from './http2-connection.ts';
import {
  FLAG,
  FRAME,
  headerOf,
  http2Frame,
  NEWEST_ENTRY,
  SETTING,
  settingsOf,
  uint32,
} from './http2-frames.ts';

const STATUS_200 = 0x88;
const EACH = 500;
const HELLO = 1;
/** Few bytes that stand for 40 MB. */
const BOMB = Buffer.concat([
  Buffer.from([STATUS_200]),
  headerOf('x', 'x'.repeat(4_000), true),
  Buffer.alloc(10_000, NEWEST_ENTRY),
]);

/** A listed node that is somebody else's: it takes what other nodes dial, and does to it what it likes. */
export class Http2Acceptor {
  readonly #server: Server;

  constructor(node: OwnNode) {
    this.#server = createServer({
      cert: readFileSync(join(node.data, 'certificate.pem')),
      key: readFileSync(join(node.data, 'certificate-key.pem')),
      ALPNProtocols: ['h2'],
    });
    this.#server.on('tlsClientError', () => undefined);
    this.#server.listen(node.listed.httpsPort, node.listed.ip);
  }

  cases(): readonly AttackCase[] {
    return [
      this.#case('PING', () => [http2Frame(FRAME.ping, 0, Buffer.alloc(8))]),
      this.#case('SETTINGS', () => [settingsOf([[SETTING.initialWindowSize, 65_535]])]),
      this.#case('WINDOW_UPDATE', () => [http2Frame(FRAME.windowUpdate, 0, uint32(1))]),
      this.#case('frames of no kind', () => [http2Frame(FRAME.unknown, 0, Buffer.alloc(100))]),
      this.#case('DATA of nothing without end', () => [http2Frame(FRAME.data, HELLO)]),
      this.#case('headers: 4 KiB once, named ten thousand times', () => [
        http2Frame(FRAME.headers, HELLO, BOMB, FLAG.endHeaders),
      ]),
      this.#case('CONTINUATION without end', (stream) => [
        http2Frame(
          stream === HELLO ? FRAME.headers : FRAME.continuation,
          HELLO,
          headerOf('x', 'y'.repeat(1_000)),
        ),
      ]),
      this.#case('nothing, and no window', () => [], [[SETTING.initialWindowSize, 0]]),
    ];
  }

  close(): void {
    this.#server.close();
  }

  /** Of the next connection that the other node makes. */
  #case(
    name: string,
    next: (stream: number) => readonly Buffer[],
    settings: readonly (readonly [number, number])[] = [],
  ): AttackCase {
    return {
      name: `a node that it dials: ${name}`,
      expect: /^goaway \d+$|^cut$/,
      run: async () => {
        const [socket] = (await once(this.#server, 'secureConnection')) as [TLSSocket];
        const connection = new Http2Connection(socket, settingsOf(settings));
        await connection.ready;
        connection.start();
        return floodOver(connection, next, { first: HELLO, each: EACH });
      },
    };
  }
}
