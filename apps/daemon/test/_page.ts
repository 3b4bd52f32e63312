import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  type Channel,
  type ChannelListener,
  connectLocalApi,
  encodeHello,
  type Hello,
  type LocalApi,
  parseAdmitted,
} from '@sotto/local-api';
import { WebSocket } from 'ws';

/** A small page as a bundler would leave it, with things beside it that must not be served. */
export async function makePage(folder: string): Promise<string> {
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Sotto</title>\n');
  await writeFile(join(page, 'assets', 'main-1a2b.js'), 'globalThis.ran = true;\n');
  await writeFile(join(page, 'assets', 'main-3c4d.css'), ':root{}\n');
  await writeFile(join(page, 'manifest.webmanifest'), '{}\n');
  await writeFile(join(page, '.secret'), 'no\n');
  await writeFile(join(page, 'tool.sh'), 'no\n');
  await writeFile(join(folder, 'outside.txt'), 'outside\n');
  return page;
}

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Write a request as it is, and read to the end what comes back. */
export async function ask(url: string, lines: readonly string[]): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.on('error', () => undefined);
  socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  const [head = '', ...body] = text.split('\r\n\r\n');
  const [first = '', ...headers] = head.split('\r\n');
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(
      headers.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const;
      }),
    ),
    body: body.join('\r\n\r\n'),
  };
}

export function hostOf(url: string): string {
  return new URL(url).host;
}

export function secretOf(url: string): string {
  return new URL(url).hash.replace('#t=', '');
}

/** A WebSocket as a page of the door's own would open it. */
export function openSocket(url: string, headers: Readonly<Record<string, string>> = {}): WebSocket {
  const host = hostOf(url);
  return new WebSocket(`ws://${host}/api`, { headers: { Origin: `http://${host}`, ...headers } });
}

/** The status with which an upgrade is refused, or 101. */
export function statusOfUpgrade(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
  });
}

export interface OpenPage {
  readonly api: LocalApi;
  readonly session: string;
  readonly socket: WebSocket;
}

/** Go in as a page does. Rejects with LocalApiError `not-admitted`. */
export async function openPage(url: string, shown: Hello = { secret: secretOf(url) }): Promise<OpenPage> {
  const socket = openSocket(url);
  const channel = clientChannel(socket);
  await once(socket, 'open');
  socket.send(encodeHello(shown));
  const { session } = parseAdmitted(await channel.first);
  return { api: connectLocalApi(channel), session, socket };
}

/** The page's end: the first line apart, then a channel. */
function clientChannel(socket: WebSocket): Channel & { readonly first: Promise<string> } {
  const waiting: string[] = [];
  let listener: ChannelListener | undefined;
  let takeFirst: ((line: string) => void) | undefined;
  const first = new Promise<string>((resolve) => {
    takeFirst = resolve;
  });
  socket.on('message', (data) => {
    if (takeFirst !== undefined) {
      takeFirst(String(data));
      takeFirst = undefined;
    } else if (listener === undefined) waiting.push(String(data));
    else listener.line(String(data));
  });
  socket.on('error', () => undefined);
  socket.on('close', () => listener?.closed());
  return {
    first,
    listen: (given) => {
      listener = given;
      for (const line of waiting.splice(0)) given.line(line);
    },
    send: async (line) => socket.send(line),
    close: () => socket.close(),
  };
}
