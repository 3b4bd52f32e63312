import {
  type AskEndpoint,
  type ChainDirectory,
  type Hex,
  type RegistryReading,
  readRegistry,
} from '@sotto/directory/chain';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, startRegistry, type TestNode, type TestRegistry } from './_registry.ts';

/** Three endpoints of one chain, of whom each test bends one or two. */
const [A, B, C] = ['https://a.invalid/', 'https://b.invalid/', 'https://c.invalid/'] as const;
let registry: TestRegistry;
const nodes: TestNode[] = [];
beforeAll(async () => {
  registry = await startRegistry();
  for (let count = 0; count < 5; count++) nodes.push(await registry.node());
});
afterAll(() => registry.close());

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What an endpoint does with an answer of the chain; the answer itself when it is honest. */
type Bend = (answer: unknown, call: Call) => unknown;

function bent(bends: Readonly<Record<string, Bend>>): AskEndpoint {
  return async (url, body, limits) => {
    const answer = JSON.parse(await ask(registry.anvil.url, body, limits)) as { result: unknown };
    const bend = bends[url];
    return JSON.stringify(
      bend === undefined ? answer : { ...answer, result: bend(answer.result, JSON.parse(body)) },
    );
  };
}

function read(bends: Readonly<Record<string, Bend>>, known?: ChainDirectory): Promise<RegistryReading> {
  const source = { ...registry.source, endpoints: [A, B, C], agree: 2 };
  return readRegistry({ source, ask: bent(bends), ...(known === undefined ? {} : { known }) });
}

async function honest(): Promise<ChainDirectory> {
  const reading = await read({});
  if (reading.outcome !== 'read') throw new Error('not read');
  expect(reading.faults).toEqual([]);
  return reading.directory;
}

const isCall = ({ method }: Call): boolean => method === 'eth_call';

describe('a reading at several endpoints', () => {
  it('lists what the contract has, with the same keys and swarms for everybody', async () => {
    const { nodes: listed, registered } = await honest();
    expect(listed.map(({ ip }) => ip).toSorted()).toEqual(nodes.map(({ ip }) => ip).toSorted());
    expect(new Set(listed.map(({ swarm }) => swarm))).toEqual(new Set([0n]));
    expect(registered.every(({ dropped }) => dropped === undefined)).toBe(true);
    for (const { pair, voter, id } of nodes) {
      expect(registered.find((entry) => entry.id === id)).toMatchObject({
        ed25519: pair.publicKey,
        voteKey: voter.address.toLowerCase(),
      });
    }
  });

  const lies: readonly (readonly [string, Bend, string])[] = [
    [
      'alters an address',
      (answer, call) => (isCall(call) ? swap(answer, nodes[0]?.ip, '127.66.6.6') : answer),
      'other-answer',
    ],
    [
      'gives a node another key',
      (answer, call) =>
        isCall(call) ? String(answer).replace(hexOf(nodes[0]?.pair.publicKey), 'ab'.repeat(32)) : answer,
      'other-answer',
    ],
    [
      'inserts a node',
      (answer, call) =>
        isSummary(call) ? String(answer).replace(word(nodes.length), word(nodes.length + 1)) : answer,
      'other-answer',
    ],
    [
      'omits all entries',
      (answer, call) => (isSummary(call) ? `0x${'0'.repeat(256)}` : answer),
      'other-answer',
    ],
    [
      'serves an empty page',
      (answer, call) => (isCall(call) && !isSummary(call) ? '0x' : answer),
      'other-answer',
    ],
    [
      'serves another chain',
      (answer, call) => (call.method === 'eth_chainId' ? '0x1' : answer),
      'other-chain',
    ],
    [
      'is on another branch',
      (answer, call) => (isBlock(call) ? { ...(answer as object), hash: `0x${'ab'.repeat(32)}` } : answer),
      'other-block',
    ],
    [
      'names a block of the future',
      (answer, call) => (isBlock(call) ? { ...(answer as object), number: '0xffffff' } : answer),
      'other-block',
    ],
    ['has no block at all', (answer, call) => (isBlock(call) ? null : answer), 'behind'],
    ['talks nonsense', () => ({ not: 'hex' }), 'not-json-rpc'],
    ['says nothing', () => undefined, 'not-json-rpc'],
  ];
  it.each(lies)('goes on when one %s, and names it', async (_, bend, why) => {
    const truth = await honest();
    const reading = await read({ [B]: bend });
    expect(reading).toEqual({ outcome: 'read', directory: truth, faults: [{ endpoint: B, why }] });
  });

  it('knows nothing when two of three lie, alike or not, and when they do not answer', async () => {
    const nextDoor: Bend = (answer, call) =>
      isCall(call) ? swap(answer, nodes[0]?.ip, '127.66.6.7') : answer;
    const [[, lie]] = lies as readonly [(typeof lies)[number]];
    expect(await read({ [A]: nextDoor, [B]: lie })).toMatchObject({ outcome: 'no-agreement' });
    const source = { ...registry.source, endpoints: [A, B, C], agree: 3 };
    expect(await readRegistry({ source, ask: bent({ [B]: lie }) })).toMatchObject({
      outcome: 'no-agreement',
    });
    const down: AskEndpoint = () => Promise.reject(new Error('down'));
    expect(await readRegistry({ source, ask: down })).toEqual({
      outcome: 'no-agreement',
      faults: [A, B, C].map((endpoint) => ({ endpoint, why: 'unreachable' })),
    });
  });

  it('says that the contract is none when all answer so', async () => {
    const contract: Hex = `0x${'12'.repeat(20)}`;
    const source = { ...registry.source, contract, endpoints: [A, B, C], agree: 2 };
    const why = 'no-registry';
    expect(await readRegistry({ source, ask: bent({}) })).toEqual({
      outcome: 'no-agreement',
      faults: [A, B, C].map((endpoint) => ({ endpoint, why })),
    });
  });

  it('reads a list again only when it has changed', async () => {
    const before = await honest();
    await registry.mine(3);
    let calls = 0;
    const count: Bend = (answer, call) => {
      if (isCall(call)) calls += 1;
      return answer;
    };
    const same = await read({ [A]: count, [B]: count, [C]: count }, before);
    expect(calls).toBe(3);
    expect(same).toMatchObject({
      outcome: 'read',
      directory: { height: before.height + 3, nodes: before.nodes },
    });
    nodes.push(await registry.node());
    const after = await read({}, before);
    expect(after.outcome === 'read' && after.directory.nodes).toHaveLength(nodes.length);
  });

  it('never rejects, whatever comes', async () => {
    const source = { ...registry.source, endpoints: [A, B, C], agree: 2 };
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((result) => JSON.stringify({ result })),
    );
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(value), async (answers) => {
        const reading = await readRegistry({
          source,
          ask: () => Promise.resolve(answers.next().value as string),
        });
        expect(reading.outcome).toBe('no-agreement');
      }),
      { numRuns: 200 },
    );
  });
});

describe('an entry', () => {
  it('of loopback is not listed on the internet', async () => {
    const source = { ...registry.source, subnets: 'distinct' as const };
    const reading = await readRegistry({ source, ask });
    const directory = reading.outcome === 'read' ? reading.directory : undefined;
    expect(directory?.nodes).toEqual([]);
    expect(directory?.registered.every(({ dropped }) => dropped === 'address')).toBe(true);
  });

  it('that was proven for another chain or contract is not believed', async () => {
    // The same key, registered again on another chain with what stands on this one for all to read.
    const other = await startRegistry({ chainId: 777 });
    try {
      const victim = await other.node();
      const here = { ...other.source, chainId: 31_337 };
      const asIfHere = bentChain(other, '0x7a69');
      const reading = await readRegistry({ source: here, ask: asIfHere });
      const entries = reading.outcome === 'read' ? reading.directory.registered : [];
      expect(entries).toMatchObject([{ id: victim.id, dropped: 'bad-proof' }]);
    } finally {
      await other.close();
    }
  });

  it('by its first operator counts while the key is proven for two', async () => {
    const first = await registry.node();
    const second = await registry.node({ pair: first.pair });
    const { registered } = await honest();
    expect(registered.find(({ id }) => id === first.id)?.dropped).toBeUndefined();
    expect(registered.find(({ id }) => id === second.id)).toMatchObject({ dropped: 'key-twice' });
  });
});

function isBlock({ method }: Call): boolean {
  return method === 'eth_getBlockByNumber';
}

/** `summary()` has no arguments. */
function isSummary(call: Call): boolean {
  return isCall(call) && (call.params[0] as { data: string }).data.length === 10;
}

function bentChain(other: TestRegistry, chainId: string): AskEndpoint {
  return async (_, body, limits) =>
    (JSON.parse(body) as Call).method === 'eth_chainId'
      ? JSON.stringify({ result: chainId })
      : ask(other.anvil.url, body, limits);
}

function hexOf(bytes: Uint8Array = new Uint8Array(0)): string {
  return Buffer.from(bytes).toString('hex');
}

/** A number in the words of an ABI. */
function word(value: number): string {
  return value.toString(16).padStart(64, '0');
}

/** An IPv4 address in the words of an ABI, replaced by another. */
function swap(answer: unknown, from = '', to = ''): unknown {
  const wordOf = (ip: string): string =>
    Buffer.from(ip.split('.').map(Number)).toString('hex').padStart(64, '0');
  return String(answer).replace(wordOf(from), wordOf(to));
}

it('bends what it says it bends', () => {
  expect(swap(`0x${'0'.repeat(56)}7f000001`, '127.0.0.1', '127.66.6.6')).toBe(`0x${'0'.repeat(56)}7f420606`);
});
