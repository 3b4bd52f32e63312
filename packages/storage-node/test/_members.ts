import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, fromHex, toBase64, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import type { DirectoryNode } from '@sotto/directory';
import { TokenBuckets } from '@sotto/limits';
import { MAILBOX_RATE } from '../src/constants.ts';
import type { NodeKeys } from '../src/data/node-keys.ts';
import { createEvents } from '../src/events.ts';
import type { LinkReply, LinkRequest } from '../src/link/exchange.ts';
import { LINK_PATH } from '../src/link/paths.ts';
import type { NodeContext } from '../src/node-context.ts';
import { answerRpc } from '../src/rpc/answer-rpc.ts';
import { formatReply } from '../src/rpc/format-reply.ts';
import { Waiters } from '../src/rpc/waiters.ts';
import { type NodeStore, openNodeStore } from '../src/store/node-store.ts';
import { Sync } from '../src/sync/sync.ts';
import { decodeSyncRequest, type SyncRequest } from '../src/sync/sync-wire.ts';

/** A member of a swarm without a network: its own disk, its own clock, and what it is asked is a call. */
export interface Member {
  readonly key: string;
  readonly store: NodeStore;
  readonly sync: Sync;
  readonly context: NodeContext;
  readonly place: Place;
  /** What it answers other members who look for what they lack, instead of the truth. */
  lie: ((question: SyncRequest) => Promise<Bytes>) | undefined;
  ask(
    method: string,
    params: object,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  /** What another node says to it over a link. */
  hear(from: string, request: Pick<LinkRequest, 'path' | 'body'>): Promise<LinkReply>;
}

export interface Place {
  /** Milliseconds that its clock is ahead. */
  skew: number;
  /** Members of different sides do not reach each other. */
  side: number;
}

export interface Members {
  readonly all: readonly Member[];
  /** Milliseconds; true time. */
  now: number;
  /** Every member fetches from every other, until nobody gets anything any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than whatever was not believed is remembered. */
const FORGOTTEN = 5 * 60_000;

export function createMembers(count: number): Members {
  const dir = mkdtempSync(join(tmpdir(), 'sotto-members-'));
  const all: Member[] = [];
  const members: Members = {
    all,
    now: Date.now(),
    async settle() {
      for (let turn = 0; turn < 10; turn++) {
        let same = true;
        for (const one of all) {
          for (const other of all) {
            if (one === other) continue;
            const { outcome } = await one.sync.pull(other.key);
            if (outcome === 'lied' || outcome === 'wasteful') throw new Error(`an honest member ${outcome}`);
            if (outcome !== 'same') same = false;
          }
        }
        if (same) return;
        members.now += FORGOTTEN;
      }
      throw new Error('the members do not come to agree');
    },
    async close() {
      for (const { sync, store } of all) {
        await sync.stop();
        store.close();
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
  for (let index = 0; index < count; index++) all.push(createMember(members, join(dir, `${index}.db`)));
  return members;
}

function createMember(members: Members, path: string): Member {
  const keys = newKeys();
  const node = nodeOf(keys);
  const place: Place = { skew: 0, side: 0 };
  const store = openNodeStore(path, () => undefined);
  const others = (): readonly DirectoryNode[] =>
    members.all.filter(({ key }) => key !== toHex(keys.ed25519)).map(({ context }) => nodeOf(context.keys));
  const reach = async (to: DirectoryNode, request: LinkRequest): Promise<LinkReply> => {
    const other = members.all.find(({ key }) => key === toHex(to.ed25519));
    return other === undefined || other.place.side !== place.side
      ? { outcome: 'down' }
      : other.hear(toHex(keys.ed25519), request);
  };
  const context = {
    keys,
    store,
    directory: {
      self: node,
      members: others,
      find: (key: string) => others().find(({ ed25519 }) => toHex(ed25519) === key),
      isOurs: () => true,
      swarmOf: () => ({ id: 1n, nodes: [node, ...others()] }),
    },
    links: { ask: reach, post: reach, onOpen: () => undefined },
    waiters: new Waiters(),
    mailboxRate: new TokenBuckets(MAILBOX_RATE),
    events: createEvents((line) => {
      throw new Error(line);
    }),
    now: () => members.now + place.skew,
  } as unknown as NodeContext;
  const sync = new Sync(context);
  const source = { name: 'test', weight: 1 };
  const member: Member = {
    key: toHex(keys.ed25519),
    store,
    sync,
    context,
    place,
    lie: undefined,
    async ask(method, params) {
      const { status, body } = await answerRpc(context, utf8(JSON.stringify({ method, params })), {
        forwarded: false,
        source,
      });
      return { status, body: typeof body === 'string' ? { text: body } : { ...body } };
    },
    async hear(from, { path: asked, body }) {
      if (asked === LINK_PATH.storage) {
        const reply = await answerRpc(context, body, { forwarded: true, source });
        return { outcome: 'answered', status: reply.status, body: formatReply(reply) };
      }
      const question = member.lie === undefined ? undefined : decodeSyncRequest(body);
      if (member.lie !== undefined && question !== undefined) {
        return { outcome: 'answered', status: 200, body: await member.lie(question) };
      }
      const reply = await sync.answer(asked, body, from);
      return { outcome: 'answered', status: reply.status, body: reply.body };
    },
  };
  return member;
}

function newKeys(): NodeKeys {
  const pair = ed25519KeyPair(randomBytes(32));
  return {
    ed25519: pair.publicKey,
    x25519: randomBytes(32),
    sign: (text: Bytes) => ed25519Sign(pair.secretKey, text),
  } as unknown as NodeKeys;
}

function nodeOf({ ed25519, x25519 }: NodeKeys): DirectoryNode {
  return { ip: '127.0.0.1', httpsPort: 1, omqPort: 0, ed25519, x25519, swarm: 1n };
}

/** Whose mailbox it is, and what they ask for at a time. */
export interface Author {
  readonly mailbox: Bytes;
  store(namespace: number, data: string, at: number, ttl: number): object;
  remove(hashes: readonly string[]): object;
  removeAll(namespace: number | 'all', at: number): object;
  removeBefore(namespace: number | 'all', before: number): object;
  expire(hashes: readonly string[], expiry: number, mode?: 'shorten' | 'extend'): object;
}

export function createAuthor(): Author {
  const pair = ed25519KeyPair(randomBytes(32));
  const pubkey = `03${toHex(pair.publicKey)}`;
  const signed = (text: string, params: object) => ({
    pubkey,
    ...params,
    signature: toBase64(ed25519Sign(pair.secretKey, utf8(text))),
  });
  return {
    mailbox: fromHex(pubkey),
    store: (namespace, data, at, ttl) =>
      signed(`store${namespace}${at}`, {
        ...{ namespace, timestamp: at, sig_timestamp: at, ttl },
        data: toBase64(utf8(data)),
      }),
    remove: (messages) => signed(`delete${messages.join('')}`, { messages }),
    removeAll: (namespace, timestamp) =>
      signed(`delete_all${namespace}${timestamp}`, { namespace, timestamp }),
    removeBefore: (namespace, before) => signed(`delete_before${namespace}${before}`, { namespace, before }),
    expire: (messages, expiry, mode) =>
      signed(`expire${mode ?? ''}${expiry}${messages.join('')}`, {
        messages,
        expiry,
        ...(mode === undefined ? {} : { [mode]: true }),
      }),
  };
}
