import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { throughSocks } from './dial-through-socks.ts';
import { parseProxy } from './proxy.ts';

/** RFC 1928 §3: no method of those that were offered is taken. */
const REFUSED = Uint8Array.of(5, 0xff);

afterEach(() => {
  vi.useRealTimers();
});

async function refusingProxy() {
  const server = net.createServer((stream) => {
    stream.on('error', () => undefined);
    stream.once('data', () => stream.end(REFUSED));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

describe('a connection that a SOCKS proxy has refused', () => {
  it('is held by no timer of the library after ten seconds', async () => {
    const server = await refusingProxy();
    const { port } = server.address() as net.AddressInfo;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stream = net.connect(port, '127.0.0.1');
    const proxy = parseProxy(`socks5://user:password@127.0.0.1:${port}`);
    expect(await throughSocks(stream, proxy, { host: 'relay.example', port: 443 })).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(vi.getTimerCount()).toBe(0);
    stream.destroy();
    server.close();
  });
});
