import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asBytes } from '@sotto/bytes';
import { initNode } from '@sotto/storage-node';
import {
  describeOperation,
  type NewMessage,
  type NodeStore,
  openNodeStore,
} from '@sotto/storage-node/testing';
import type { SeededRandom } from '@sotto/testkit';
import { ensure, type Facts, type Workload } from './workload.ts';

/** A storage node: its key and certificate, and what it stores, replaces, prolongs, deletes and sweeps. */
export const nodeWorkload: Workload = {
  name: 'node',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    const data = join(folder, 'node');
    let identity: Facts = [];
    if (number === 0) {
      await step(
        async () => {
          identity = await identityIn(data, 0);
        },
        () => identity,
      );
    } else identity = await identityIn(data, number);
    let store = openIn(data);
    const facts = (): Facts => [...identity, ...factsOf(store)];
    await step(() => undefined, facts);
    for (let count = 0; count < operations; count++) {
      const kind = random.integer(20);
      if (kind === 0) {
        await step(() => {
          store.close();
          store = openIn(data);
        }, facts);
      } else if (kind === 1) {
        const until = FIRST_EXPIRY + random.integer(LONGEST);
        await step(() => store.write(() => store.messages.sweep(until)), facts);
      } else await step(() => store.write(() => change(store, random)), facts);
    }
    if (number === nodeWorkload.lives - 1) store.close();
  },
  revive: async (folder) => {
    const data = join(folder, 'node');
    const identity = await identityIn(data, 99);
    const store = openIn(data);
    return {
      facts: [...identity, ...factsOf(store)],
      goOn: async () => {
        const message: NewMessage = { ...newMessage(0, 1), hash: 'one more'.padEnd(43, '.') };
        const put = await store.write(() => store.messages.put(message, 0));
        ensure(put.outcome === 'stored', `one more store is ${put.outcome}`);
        const { messages } = store.messages.read({ ...message, maxSize: 2 ** 30 }, 0);
        ensure(messages.at(-1)?.hash === message.hash, 'the one more is the newest');
      },
      close: () => store.close(),
    };
  },
  databases: (folder) => [{ path: join(folder, 'node', 'node.db') }],
};

const FIRST_EXPIRY = 1_800_000_000_000;
const LONGEST = 1000;
/** The store looks at no signature. */
const auth = { signature: asBytes(Buffer.alloc(64)) };
/** Before all expiries, and less than the longest life before them. */
const NOW = FIRST_EXPIRY - 86_400_000;

const BOXES = [1, 2, 3, 4].map((number) => asBytes(Buffer.alloc(33, number)));
const INBOX = 0;
const OUTBOX = -10;

function openIn(data: string): NodeStore {
  return openNodeStore(join(data, 'node.db'), (error) => {
    throw error;
  });
}

/** Make the node, or give it another address; its key and certificate stay. */
async function identityIn(data: string, port: number): Promise<Facts> {
  const node = await initNode({ data, ip: '127.0.0.1', httpsPort: 4000 + port, omqPort: 0 });
  const read = (name: string): string => readFileSync(join(data, name), 'utf8');
  const certificate = new X509Certificate(read('certificate.pem'));
  const fits = certificate.checkPrivateKey(createPrivateKey(read('certificate-key.pem')));
  ensure(fits, 'the certificate is of another key');
  const { https_port: _, ...rest } = node as Record<string, unknown>;
  return [`node: ${JSON.stringify(rest)}`, `certificate: ${certificate.fingerprint256}`];
}

function factsOf({ messages }: NodeStore): Facts {
  return BOXES.flatMap((mailbox, box) =>
    [INBOX, OUTBOX].flatMap((namespace) =>
      messages
        .read({ mailbox, namespace, maxSize: 2 ** 30 }, 0)
        .messages.map(
          ({ hash, timestamp, expiry, data }) =>
            `box ${box}, ${namespace}: ${hash} ${timestamp} ${expiry} ${createHash('sha256').update(data).digest('hex')}`,
        ),
    ),
  );
}

function newMessage(box: number, signedAt: number): NewMessage {
  const mailbox = BOXES[box] ?? asBytes(Buffer.alloc(33));
  const rest = { timestamp: 1, expiry: FIRST_EXPIRY + LONGEST, signedAt, outbox: false };
  return { mailbox, namespace: INBOX, hash: '', data: asBytes(Buffer.alloc(2560, box)), ...rest };
}

function ask(store: NodeStore, request: Parameters<typeof describeOperation>[0]): void {
  store.operations.run(describeOperation(request), { at: NOW, overtakes: true }, NOW);
}

function change(store: NodeStore, random: SeededRandom): void {
  const { messages } = store;
  const box = random.integer(BOXES.length);
  const mailbox = BOXES[box] ?? asBytes(Buffer.alloc(33));
  const there = messages.read({ mailbox, namespace: INBOX, maxSize: 2 ** 30 }, 0).messages;
  const kind = random.integer(10);
  if (kind < 2 && there.length > 0) {
    const hashes = [random.pick(there).hash, random.pick(there).hash];
    ask(store, { method: 'delete', mailbox, hashes, required: false, auth });
  } else if (kind < 4 && there.length > 0) {
    const expiries = [FIRST_EXPIRY + random.integer(LONGEST)];
    const hashes = [random.pick(there).hash];
    ask(store, { method: 'expire', mailbox, mode: 'set', hashes, expiries, auth });
  } else {
    const outbox = kind === 4;
    const size = random.pick([0, 800, 2560, 2560, 2560, 16_384, 73_728]);
    messages.put(
      {
        ...newMessage(box, random.integer(1000)),
        hash: Buffer.from(random.bytes(33)).toString('base64url').slice(0, 43),
        namespace: outbox ? OUTBOX : INBOX,
        expiry: FIRST_EXPIRY + random.integer(LONGEST),
        data: asBytes(Buffer.alloc(size, random.integer(256))),
        outbox,
      },
      0,
    );
  }
}
