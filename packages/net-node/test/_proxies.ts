import { createServer as createHttp } from 'node:http';
import { connect, createServer as createTcp, type Socket } from 'node:net';
import { listen } from './_servers.ts';

/** A proxy of our own that knows one name and writes down what it was asked. */
export interface TestProxy {
  readonly port: number;
  /** `host:port`, as they came. */
  readonly asked: string[];
  /** What the client showed of itself; empty without login. */
  readonly logins: string[];
  /** Where connections to the proxy came from. */
  readonly from: string[];
}

export interface ProxyTerms {
  /** Where a name leads that no resolver knows. */
  readonly names?: Readonly<Record<string, string>>;
  readonly login?: { readonly user: string; readonly password: string };
}

function join(client: Socket, host: string, port: number, begin: () => void): void {
  const target = connect(port, host);
  for (const [from, to] of [
    [client, target],
    [target, client],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
  target.once('connect', () => {
    begin();
    client.pipe(target).pipe(client);
  });
}

/** RFC 9110 §9.3.6. */
export async function httpProxy({ names = {}, login }: ProxyTerms = {}): Promise<TestProxy> {
  const proxy = { asked: [] as string[], logins: [] as string[], from: [] as string[] };
  const server = createHttp((_, response) => response.writeHead(405).end());
  server.on('connection', (client) => proxy.from.push(String(client.remoteAddress)));
  server.on('connect', (request, client: Socket) => {
    const [, host = '', port = ''] = /^\[?(.*?)\]?:([0-9]+)$/.exec(request.url ?? '') ?? [];
    const shown = String(request.headers['proxy-authorization'] ?? '').replace(/^Basic /, '');
    const pair = Buffer.from(shown, 'base64').toString();
    proxy.asked.push(`${host}:${port}`);
    proxy.logins.push(pair);
    if (login && pair !== `${login.user}:${login.password}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    } else {
      join(client, names[host] ?? host, Number(port), () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    }
  });
  return { ...proxy, port: await listen(server) };
}

/** RFC 1928 and RFC 1929, as much of them as a client needs. */
export async function socksProxy({ names = {}, login }: ProxyTerms = {}): Promise<TestProxy> {
  const proxy = { asked: [] as string[], logins: [] as string[], from: [] as string[] };
  const server = createTcp((client) => {
    proxy.from.push(String(client.remoteAddress));
    client.on('error', () => client.destroy());
    void converse(client);
  });

  async function converse(client: Socket): Promise<void> {
    const read = reader(client);
    const [, methods = 0] = await read(2);
    await read(methods);
    client.write(Uint8Array.of(5, login ? 2 : 0));
    if (login) {
      const [, userLength = 0] = await read(2);
      const user = (await read(userLength)).toString();
      const [passwordLength = 0] = await read(1);
      const pair = `${user}:${(await read(passwordLength)).toString()}`;
      proxy.logins.push(pair);
      const good = pair === `${login.user}:${login.password}`;
      client.write(Uint8Array.of(1, good ? 0 : 1));
      if (!good) return;
    }
    const [, , , kind = 0] = await read(4);
    const host = kind === 3 ? await readName(read) : (await read(4)).join('.');
    const port = (await read(2)).readUInt16BE();
    proxy.asked.push(`${host}:${port}`);
    join(client, names[host] ?? host, port, () =>
      client.write(Uint8Array.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0)),
    );
  }

  return { ...proxy, port: await listen(server) };
}

type Read = (length: number) => Promise<Buffer>;

async function readName(read: Read): Promise<string> {
  const [length = 0] = await read(1);
  return (await read(length)).toString();
}

/** Exactly so many bytes, one read after the other. */
function reader(client: Socket): Read {
  return async (length) => {
    for (;;) {
      const bytes = length === 0 ? Buffer.alloc(0) : (client.read(length) as Buffer | null);
      if (bytes !== null) return bytes;
      await new Promise((resolve) => client.once('readable', resolve));
    }
  };
}
