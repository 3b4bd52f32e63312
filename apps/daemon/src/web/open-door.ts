import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Channel, MAX_LINE_BYTES } from '@sotto/local-api';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Download } from '../app/downloads.ts';
import { Admission } from './admission.ts';
import { answerRequest } from './answer-request.ts';
import { checkUpgrade, type DoorRules } from './check-request.ts';
import { DoorError } from './door-error.ts';
import { endStream } from './end-stream.ts';
import { keepAlive } from './keep-alive.ts';
import type { Page } from './read-page.ts';
import { securityHeaders } from './security-headers.ts';
import { WaitingRoom } from './waiting-room.ts';

/** A browser opens six connections and one for each tab. Those beyond are dropped. */
const MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16 * 1024;
/** The page is a few files over loopback: who needs longer to ask is not a browser. Milliseconds. */
const SLOWEST = { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 } as const;
const LOOK_MS = 1_000;
/** How long a browser may take from its start to the page. */
const VISIT_MS = 60_000;

/** The last two are younger than the library's types. */
const SOCKET_LIMITS: ServerOptions & {
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
} = {
  noServer: true,
  clientTracking: true,
  perMessageDeflate: false,
  maxPayload: MAX_LINE_BYTES,
  maxFragments: 64,
  maxBufferedChunks: 4_096,
};

export interface DoorRequest {
  /** A loopback address, and a port or 0. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly page: Page;
  /** Takes the channel of a page that was let in. */
  readonly onPage: (channel: Channel) => void;
  /** What a link that a page was given leads to, once. */
  readonly download: (path: string) => Promise<Download | undefined>;
}

/** A page's way in, over HTTP on loopback. */
export interface Door {
  /** Holds the secret: for the person, never for a log. */
  readonly url: string;
  /** For a minute, or until a page is let in, a link from outside may lead here. */
  expectVisit(): void;
  /** Resolves when the next page is let in. */
  nextPage(): Promise<void>;
  /** Drop every connection. */
  close(): Promise<void>;
}

/** Listen. Rejects with DoorError `cannot-listen`. */
export async function openDoor({ listen, page, onPage, download }: DoorRequest): Promise<Door> {
  const admission = new Admission();
  let expectedUntil = 0;
  let onNext: (() => void)[] = [];
  const room = new WaitingRoom(admission, (channel) => {
    expectedUntil = 0;
    for (const tell of onNext.splice(0)) tell();
    onPage(channel);
  });
  const server = createServer({
    ...SLOWEST,
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: LOOK_MS,
    // Ours says it with the headers that go on everything.
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  const rules: DoorRules = {
    authority: await listenOn(server, listen),
    expectsVisit: () => performance.now() < expectedUntil,
  };
  const headers = Object.entries(securityHeaders(rules.authority));
  const sockets = new WebSocketServer(SOCKET_LIMITS);
  sockets.on('headers', (lines) => lines.push(...headers.map(([name, value]) => `${name}: ${value}`)));
  // An upgrade that the library refuses gets our answer, with the headers that go on everything.
  sockets.on('wsClientError', (_error, stream) => {
    endStream(stream, { status: 400, words: 'This cannot be read.' }, rules.authority);
  });
  const stopPinging = keepAlive(sockets.clients);

  server.on('request', (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    // A defect ends this answer, and nothing else.
    answerRequest(request, response, { page, rules, download }).catch(() => response.destroy());
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const refusal = checkUpgrade(request, rules);
    if (refusal !== undefined) endStream(stream, refusal, rules.authority);
    else sockets.handleUpgrade(request, stream, head, (socket: WebSocket) => room.enter(socket));
  });
  server.on('clientError', (error: Error & { readonly code?: string }, stream) => {
    const refuse = (status: number, words: string) => endStream(stream, { status, words }, rules.authority);
    if (error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') {
      refuse(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400, 'This cannot be read.');
    } else if ((stream as Socket).bytesRead > 0) refuse(408, 'This took too long.');
    else {
      // A browser opens connections before it has something to ask. One that was closed it opens again, but a word that
      // nobody asked for would be the answer to what it asks in that moment. What came while this process was busy is
      // read first.
      setImmediate(() => {
        if ((stream as Socket).bytesRead === 0) stream.destroy();
      });
    }
  });

  return {
    url: `http://${rules.authority}/#t=${admission.secret}`,
    expectVisit: () => {
      expectedUntil = performance.now() + VISIT_MS;
    },
    nextPage: () =>
      new Promise((resolve) => {
        onNext = [...onNext, resolve];
      }),
    close: async () => {
      stopPinging();
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** The authority as browsers write it. */
function listenOn(server: Server, { host, port }: DoorRequest['listen']): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new DoorError(error)));
    server.listen({ host, port, exclusive: true }, () => {
      const { port: taken } = server.address() as AddressInfo;
      const name = host.includes(':') ? `[${host}]` : host;
      // Without the port where it is the usual one.
      resolve(new URL(`http://${name}:${taken}/`).host);
    });
  });
}
