import { randomBytes } from 'node:crypto';
import { type ClientHttp2Session, connect } from 'node:http2';
import { toBase64, toHex, utf8 } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, ed25519Sign } from '@sotto/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StorageNode, type StorageNodes, startStorageNodes } from '../src/storage-nodes.ts';
import { waitUntil } from '../src/wait-until.ts';

/** A storage node that is a process is told to end while it has much to do. */

/** The unit of deploy/ gives it so long; by itself it says with exit 1 that it took more than ten seconds. Milliseconds. */
const DEADLINE = 15_000;
const STORES = 40;
const POLLS = 60;

let storage: StorageNodes;
beforeAll(async () => {
  storage = await startStorageNodes([2]);
}, 120_000);
afterAll(() => storage?.close(), 60_000);

interface Answer {
  readonly status: number;
  readonly body: {
    readonly messages?: readonly { readonly hash: string }[];
    readonly swarm?: Readonly<Record<string, { readonly hash?: string; readonly signature?: string }>>;
  };
}

function open({ ip, https_port: port }: StorageNode): ClientHttp2Session {
  const session = connect(`https://${ip}:${port}`, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  return session;
}

/** `undefined` when no answer came. */
function ask(session: ClientHttp2Session, method: string, params: object): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    if (session.closed || session.destroyed) return resolve(undefined);
    const stream = session.request({ ':method': 'POST', ':path': '/storage_rpc/v1' });
    let [status, text] = [0, ''];
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (!stream.readableEnded || status === 0) resolve(undefined);
      else resolve({ status, body: text.startsWith('{') ? JSON.parse(text) : {} });
    });
    stream.end(JSON.stringify({ method, params }));
  });
}

const pubkeyOf = ({ publicKey }: Ed25519KeyPair): string => `03${toHex(publicKey)}`;

function retrieveParams(owner: Ed25519KeyPair, over: object = {}): object {
  const timestamp = Date.now();
  const signature = toBase64(ed25519Sign(owner.secretKey, utf8(`retrieve40${timestamp}`)));
  return { pubkey: pubkeyOf(owner), namespace: 40, timestamp, signature, ...over };
}

const newOwner = (): Ed25519KeyPair => ed25519KeyPair(Uint8Array.from(randomBytes(32)) as never);

describe('a storage node under load', () => {
  it('ends in time with exit 0, answers its long polls, and has all that it has acknowledged', async () => {
    const [node] = storage.nodes;
    if (node === undefined) throw new Error('no node');
    const [keeper, waiter] = [newOwner(), newOwner()];
    const waiting = open(node);
    const polls = Array.from({ length: POLLS }, (_, index) =>
      // Each for a mailbox of its own: of too many for one the oldest goes home.
      ask(waiting, 'retrieve', retrieveParams(index === 0 ? waiter : newOwner(), { wait: 20_000 })),
    );
    const acknowledged = new Set<string>();
    const refused: number[] = [];
    const writers = Array.from({ length: STORES }, async (_, number) => {
      const session = open(node);
      for (let turn = 0; ; turn++) {
        const data = toBase64(utf8(`${number} ${turn} ${'x'.repeat(2_000)}`));
        const params = {
          pubkey: pubkeyOf(keeper),
          namespace: 40,
          timestamp: Date.now(),
          ttl: 86_400_000,
          data,
        };
        const answer = await ask(session, 'store', params);
        const own = answer?.body.swarm?.[node.pubkey_ed25519];
        if (own?.signature !== undefined && own.hash !== undefined) acknowledged.add(own.hash);
        else if (answer === undefined || answer.status !== 200) {
          if (answer !== undefined) refused.push(answer.status);
          session.close();
          return;
        }
      }
    });
    await waitUntil('stores are answered', 60_000, () => acknowledged.size > 200);
    const toldAt = Date.now();
    const code = await node.running?.stop('SIGTERM');
    expect(code).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(DEADLINE);
    await Promise.all(writers);
    const ended = await Promise.all(polls);
    expect(ended.filter((answer) => answer?.status === 200)).toHaveLength(POLLS);
    expect(refused.filter((status) => status !== 503)).toEqual([]);

    await storage.start(node);
    const session = open(node);
    const found = new Set<string>();
    for (let last: string | undefined; ; ) {
      const more = last === undefined ? {} : { last_hash: last };
      const answer = await ask(session, 'retrieve', retrieveParams(keeper, more));
      expect(answer?.status).toBe(200);
      const messages = answer?.body.messages ?? [];
      for (const { hash } of messages) found.add(hash);
      last = messages.at(-1)?.hash;
      if (last === undefined) break;
    }
    session.close();
    expect([...acknowledged].filter((hash) => !found.has(hash))).toEqual([]);
  }, 180_000);
});
