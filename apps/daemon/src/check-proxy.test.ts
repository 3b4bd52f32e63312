import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkProxy } from './check-proxy.ts';

describe('the proxy', () => {
  it('is right while somebody listens there, and named when nobody does', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = { kind: 'socks5', host: '127.0.0.1', port } as const;
    expect(await checkProxy(proxy)).toMatchObject({ check: 'proxy', ok: true });
    await new Promise((resolve) => server.close(resolve));
    expect(await checkProxy(proxy)).toMatchObject({
      check: 'proxy',
      ok: false,
      hint: expect.stringContaining('--proxy'),
    });
  });
});
