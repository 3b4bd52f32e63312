import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerCalls } from './ask-server.ts';
import { createResolver, dialableAddress } from './dialable-address.ts';

describe('an address that somebody else names', () => {
  it.each([
    ['127.0.0.1', 443],
    ['127.1.2.3', 22021],
    ['10.0.0.1', 443],
    ['172.16.5.4', 443],
    ['192.168.1.1', 80],
    ['169.254.169.254', 80],
    ['100.64.0.1', 443],
    ['0.0.0.0', 443],
    ['224.0.0.1', 443],
    ['255.255.255.255', 443],
    ['localhost', 443],
    // Spellings that name resolution takes for 127.0.0.1 and others.
    ['2130706433', 443],
    ['0x7f.1', 443],
    ['017700000001', 443],
    ['[::1]', 443],
    ['[::ffff:10.0.0.1]', 443],
    ['8.8.8.8', 25],
    ['8.8.8.8', 22],
  ])('%s:%d is not dialled on a network of the internet', async (host, port) => {
    expect(await dialableAddress({ host, port }, 'distinct')).toBeUndefined();
  });

  it('is dialled when it is public, and on loopback when all nodes are there', async () => {
    expect(await dialableAddress({ host: '8.8.8.8', port: 443 }, 'distinct')).toBe('8.8.8.8');
    expect(await dialableAddress({ host: '127.1.2.3', port: 8443 }, 'ignore')).toBe('127.1.2.3');
  });
});

describe('a host whose name server is silent', () => {
  it('holds nothing up for long', async () => {
    const silent = createSocket('udp4');
    let asked = 0;
    silent.on('message', () => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const names = createResolver();
    names.setServers([`127.0.0.1:${silent.address().port}`]);
    const began = performance.now();
    expect(await dialableAddress({ host: 'slow.example.org', port: 443 }, 'distinct', names)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(asked).toBeGreaterThan(0);
    silent.close();
  });
});

describe('a server on this machine', () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end('inside');
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    server.close();
  });

  it('that answers more than the node has room for is given up', async () => {
    const calls = new ServerCalls(undefined);
    let left = 3;
    const reply = await calls.post({
      protocol: 'http',
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      target: '/oxen/v4/lsrpc',
      body: new Uint8Array(1),
      subnets: 'ignore',
      dialling: () => undefined,
      hold: (bytes) => {
        left -= bytes;
        return left >= 0;
      },
      signal: new AbortController().signal,
    });
    expect(reply.status).toBe(503);
    asked = 0;
    calls.close();
  });

  it.each(['127.0.0.1', 'localhost'])('is not asked as %s by a node on the internet', async (host) => {
    const calls = new ServerCalls(undefined);
    const dialled: (string | undefined)[] = [];
    const reply = await calls.post({
      protocol: 'http',
      host,
      port: (server.address() as AddressInfo).port,
      target: '/oxen/v4/lsrpc',
      body: new Uint8Array(1),
      subnets: 'distinct',
      dialling: (address) => dialled.push(address),
      hold: () => true,
      signal: new AbortController().signal,
    });
    expect(reply.status).toBe(502);
    expect(dialled).toEqual([undefined]);
    expect(asked).toBe(0);
    calls.close();
  });
});
