import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../src/json-lines.ts';
import { finish } from '../src/run-sotto.ts';
import { type StorageNode, type StorageNodes, startStorageNodes, type Traced } from '../src/storage-nodes.ts';

/**
 * A client that imports nothing of ours uses our nodes by the protocol's description alone, and each hop
 * is told no more than its neighbours.
 */
const SCRIPT = fileURLToPath(new URL('../foreign/onion-client.mjs', import.meta.url));

let world: StorageNodes;
let answers: Record<string, unknown>[];
let trace: readonly Traced[];
const canary = `canary ${randomBytes(16).toString('hex')}`;
const GUARD = 0;
const MIDDLE = 1;

beforeAll(async () => {
  world = await startStorageNodes([3, 3, 3]);
  await world.takeTrace();
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify({ nodes: world.nodes, path: [GUARD, MIDDLE], canary }));
  const done = await finish(child);
  expect(done.code, done.stderr).toBe(0);
  answers = linesOf(done.stdout);
  trace = await world.takeTrace();
}, 120_000);

afterAll(() => world?.close());

const answer = (step: string) => {
  const found = answers.find((line) => line['step'] === step);
  if (found === undefined) throw new Error(`no answer to "${step}"`);
  return found;
};
const at = (index: number): StorageNode => {
  const node = world.nodes[index];
  if (node === undefined) throw new Error('no such node');
  return node;
};

describe('a client that knows only the protocol', () => {
  it('stores through three hops on every member of the swarm and reads it again', () => {
    const { swarm } = answer('mailbox');
    expect(answer('store')).toMatchObject({
      http: 200,
      status: 200,
      sameHash: true,
      holders: 3,
      members: swarm,
    });
    expect(answer('store again, raw and json')).toMatchObject({ status: 200, already: true });
    expect(answer('retrieve')).toMatchObject({ status: 200, texts: [canary], hashes: [true] });
    expect(answer('after last_hash')).toMatchObject({ status: 200, messages: 0 });
    expect(answer('replica')).toMatchObject({ status: 200, messages: 1 });
  });

  it('is told the right swarm when it stores at a wrong one', () => {
    expect(answer('wrong swarm')).toMatchObject({ status: 421, swarm: answer('mailbox')['swarm'] });
  });

  it('is refused without the owner’s signature, with another’s, with an old one, and out of bounds', () => {
    expect(answer('unsigned')).toMatchObject({ status: 400 });
    expect(answer('forged')).toMatchObject({ status: 401 });
    expect(answer('old signature')).toMatchObject({ status: 406 });
    expect(answer('ttl too long')).toMatchObject({ status: 403 });
    expect(answer('from the future')).toMatchObject({ status: 406 });
  });

  it('hears of a next node that is not there, and cannot repeat a packet', () => {
    expect(answer('next node unknown')).toMatchObject({ http: 502, names: true });
    expect(answer('replayed')).toMatchObject({ first: 200, second: 400 });
  });

  it('shortens, asks, deletes and lists', () => {
    expect(answer('expire')).toMatchObject({ status: 200, updated: [expect.any(String)] });
    expect(answer('get_expiries')).toMatchObject({ status: 200, same: true });
    expect(answer('sequence')).toMatchObject({ status: 200, codes: [200, 200], left: 0 });
    expect(answer('get_service_nodes')).toMatchObject({ status: 200, nodes: 9 });
  });
});

describe('the three hops of a request', () => {
  it('are three processes, each of which saw its neighbours and nobody else', () => {
    const [guard, middle] = [at(GUARD).ip, at(MIDDLE).ip];
    const opened = (role: string, node: string) =>
      trace.filter((line) => line.role === role && line.node === node);
    const atGuard = opened('relay', guard);
    const atMiddle = opened('relay', middle);
    const atEnd = trace.filter(({ role }) => role === 'destination');
    // One packet named a node that does not exist, and one was a replay, which the guard refused unopened.
    expect(atGuard.length).toBe(atMiddle.length);
    expect(atEnd.length).toBe(atMiddle.length - 1);
    expect(trace.length).toBe(atGuard.length + atMiddle.length + atEnd.length);
    for (const line of atGuard) expect([line.from, line.to]).toEqual(['127.0.0.1', middle]);
    for (const line of atMiddle) {
      expect(line.from).toBe(guard);
      expect(line.to).not.toBe(guard);
    }
    for (const line of atEnd) expect([line.from, line.to]).toEqual([middle, null]);
  });

  it('leaves no trace of mailbox, message or destination at the guard', async () => {
    const { data } = at(GUARD);
    const { pubkey } = answer('mailbox') as { pubkey: string };
    const needles = [pubkey, pubkey.slice(2), canary].flatMap((text) => [
      Buffer.from(text),
      Buffer.from(text, 'hex'),
      Buffer.from(Buffer.from(text).toString('base64').slice(0, -4)),
    ]);
    for (const name of await readdir(data)) {
      const file = await readFile(join(data, name)).catch(() => Buffer.alloc(0));
      for (const needle of needles.filter(({ length }) => length > 8)) {
        expect(file.includes(needle), `${name} at the guard`).toBe(false);
      }
    }
  });
});
