import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, utf8 } from '@sotto/bytes';
import { DevnetError } from '@sotto/devnet';
import { askControl, serveControl } from '@sotto/devnet/testing';
import { openSocket, parseProxy } from '@sotto/net-node';
import { fromText } from '../mutate/text.ts';
import { Broken, type Read, type Target } from '../target.ts';

const HTTP = [
  '\r\n',
  'HTTP/1.1 ',
  'Sec-WebSocket-Accept: ',
  'Retry-After: ',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  '101',
  '200',
  '429',
];

/** What servers say to whoever dialled them: a proxy, a relay, the supervisor of a devnet, and who asks it. */
export const serverTargets: readonly Target[] = [
  dialled(
    'answer-of-http-proxy',
    ['packages/net-node/src/dial-through-http.ts'],
    (port) => ({ url: 'ws://127.0.0.1:1/v1/websocket/', proxy: `http://127.0.0.1:${port}` }),
    ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno'],
  ),
  dialled(
    'answer-of-socks-proxy',
    ['packages/net-node/src/dial-through-socks.ts'],
    (port) => ({ url: 'ws://127.0.0.1:1/v1/websocket/', proxy: `socks5://a:b@127.0.0.1:${port}` }),
    [
      '\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50',
      '\x05\x02\x01\x00\x05\x00\x00\x03\x01a\x00\x50',
      '\x05\x7f',
    ],
    // The SOCKS library keeps the timer of each connection that was refused, and with it the connection.
    10_000,
  ),
  dialled(
    'answer-of-relay',
    ['packages/net-node/src/open-socket.ts', 'packages/net-node/src/check-target.ts'],
    (port) => ({ url: `ws://127.0.0.1:${port}/v1/websocket/` }),
    [
      'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n\x82\x02hi',
      'HTTP/1.1 429 Slow\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 401 No\r\n\r\n',
    ],
  ),
  {
    name: 'devnet-control',
    covers: ['packages/devnet/src/control.ts'],
    form: 'json',
    refuses: [],
    words: ['action', 'target', 'kill', 'status', '\n'],
    slow: true,
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-control-'));
      const path = join(folder, 'control');
      const server = await serveControl(path, async (request) => request);
      return {
        seeds: ['{"action":"status"}\n', '{"action":"kill","target":"node:3"}\n'].map(fromText),
        read: async (input): Promise<Read> => {
          const answer = await sayTo(path, input);
          return answer.includes('"value"') ? 'taken' : 'refused';
        },
        close: async () => {
          server.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  },
  {
    name: 'devnet-control-answer',
    covers: ['packages/devnet/src/control.ts'],
    form: 'json',
    refuses: [DevnetError],
    slow: true,
    open: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-control-'));
      const path = join(folder, 'control');
      let answer: Bytes = utf8('');
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      });
      await new Promise<void>((done) => server.listen(path, done));
      return {
        seeds: ['{"value":[]}\n', '{"error":{"code":"not-ready","message":"x","hint":null}}\n'].map(fromText),
        read: async (input): Promise<Read> => {
          answer = input;
          await askControl(path, { action: 'status' });
          return 'taken';
        },
        close: async () => {
          server.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  },
];

interface Dial {
  readonly url: string;
  readonly proxy?: string;
}

/** A server that says one input to each who dials it, and hangs up. */
function dialled(
  name: string,
  covers: readonly string[],
  dialFor: (port: number) => Dial,
  seeds: readonly string[],
  holds = 0,
): Target {
  return {
    name,
    covers,
    form: 'http',
    holds,
    refuses: [],
    words: HTTP,
    longest: 4_096,
    slow: true,
    open: async () => {
      let answer: Bytes = utf8('');
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      });
      const { url, proxy } = dialFor(await listen(server));
      return {
        seeds: seeds.map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
        read: async (input): Promise<Read> => {
          answer = input;
          const request = {
            url,
            headers: {},
            timeout: 5_000,
            maxFrame: 10_000,
            onFrame: () => undefined,
            onClose: () => undefined,
          };
          const opened = await openSocket(request, proxy === undefined ? {} : { proxy: parseProxy(proxy) });
          if (opened.outcome === 'unreachable' && opened.reason === 'timeout')
            throw new Broken('waits for whoever has hung up');
          if (opened.outcome === 'open') opened.socket.close(1000);
          return opened.outcome === 'unreachable' ? 'refused' : 'taken';
        },
        close: async () => {
          server.close();
        },
      };
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function sayTo(path: string, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path);
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
    socket.end(bytes);
  });
}
