import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createSeededRandom } from '@sotto/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChaosProxy } from './chaos-proxy.ts';
import { type LinkFault, LinkRules } from './link-rules.ts';

/** A server that says everything back, behind a proxy. */
let server: Server;
let heard: { from: string; text: string }[];
let rules: LinkRules;
let proxy: ChaosProxy;
let front: { host: string; port: number };

beforeEach(async () => {
  heard = [];
  server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard.push({ from: socket.remoteAddress ?? '', text: String(bytes) });
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  rules = new LinkRules(createSeededRandom(1));
  proxy = new ChaosProxy(rules);
  front = { host: '127.0.0.1', port: await freePort() };
  const { port } = server.address() as { port: number };
  await proxy.open({ name: 'echo', front, back: { host: '127.0.0.1', port } });
  // Whoever dials from another address than the server's is this one.
  proxy.expect('alice');
});

afterEach(async () => {
  await proxy.close();
  server.close();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

function dial(): { socket: Socket; text: () => string; until: (text: string) => Promise<void> } {
  const socket = connect({ ...front, localAddress: '127.0.0.2' });
  let text = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    text += String(bytes);
  });
  const until = async (wanted: string) => {
    while (text !== wanted) await once(socket, 'data');
  };
  return { socket, text: () => text, until };
}

/** `once` would take the reset for a failure. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
const turn = () => new Promise((resolve) => setImmediate(resolve));

const rule = (from: string, to: string, fault: LinkFault) => rules.add({ from, to, fault });

describe('a chaos proxy without rules', () => {
  it('passes bytes both ways, and dials on from the address it was dialled from', async () => {
    const caller = dial();
    caller.socket.write('one');
    await caller.until('one');
    expect(heard).toEqual([{ from: '127.0.0.2', text: 'one' }]);
  });

  it('passes on the end of a connection', async () => {
    const caller = dial();
    caller.socket.write('one');
    await caller.until('one');
    const left = new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    expect(await left).toBe(1);
    caller.socket.end();
    await closed(caller.socket);
    let count = 1;
    while (count > 0) {
      count = await new Promise((resolve) => server.getConnections((_, open) => resolve(open)));
    }
  });
});

describe('a rule', () => {
  it('of silence holds bytes and new connections until it ends, and loses none', async () => {
    const before = dial();
    before.socket.write('one ');
    await before.until('one ');
    const silence = rule('alice', 'echo', { kind: 'silence' });
    before.socket.write('two');
    const during = dial();
    during.socket.write('three');
    while (silence.touched < 2) await turn();
    expect(heard.map(({ text }) => text)).toEqual(['one ']);
    rules.remove(silence);
    await Promise.all([before.until('one two'), during.until('three')]);
    expect(silence.touched).toBeGreaterThan(0);
  });

  it('of one-way silence lets the other way through', async () => {
    const caller = dial();
    caller.socket.write('one ');
    await caller.until('one ');
    const silence = rule('echo', 'alice', { kind: 'silence' });
    caller.socket.write('two');
    while (heard.length < 2) await turn();
    expect(caller.text()).toBe('one ');
    rules.remove(silence);
    await caller.until('one two');
  });

  it('of other parties changes nothing', async () => {
    rule('bob', 'echo', { kind: 'silence' });
    rule('*', 'relay', { kind: 'loss', probability: 1 });
    const caller = dial();
    caller.socket.write('one');
    await caller.until('one');
  });

  it('of delay and of reorder keeps the order within a connection', async () => {
    const late = rule('alice', 'echo', { kind: 'delay', milliseconds: 60 });
    rule('echo', '*', { kind: 'reorder', milliseconds: 30 });
    const started = performance.now();
    const caller = dial();
    for (const piece of ['one ', 'two ', 'three']) {
      caller.socket.write(piece);
      await turn();
    }
    await caller.until('one two three');
    expect(performance.now() - started).toBeGreaterThan(55);
    expect(late.touched).toBeGreaterThan(0);
  });

  it('of loss cuts connections', async () => {
    const caller = dial();
    caller.socket.write('one');
    await caller.until('one');
    const loss = rule('*', 'echo', { kind: 'loss', probability: 1 });
    caller.socket.write('two');
    await closed(caller.socket);
    const another = dial();
    await closed(another.socket);
    expect(heard).toHaveLength(1);
    expect(loss.touched).toBe(2);
  });

  it('of duplicates says to the server twice what is said on a new connection, and answers once', async () => {
    rule('alice', 'echo', { kind: 'duplicate' });
    const caller = dial();
    caller.socket.write('one');
    await caller.until('one');
    while (heard.length < 2) await turn();
    expect(heard.map(({ text }) => text)).toEqual(['one', 'one']);
    expect(caller.text()).toBe('one');
  });
});
