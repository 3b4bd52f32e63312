import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { DirectoryNode } from '@sotto/directory';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask as askStore } from '../../test/_ask.ts';
import { SETTLED } from '../constants.ts';
import type { LinkReply } from '../link/exchange.ts';
import type { NodeContext } from '../node-context.ts';
import type { NewMessage } from '../store/messages.ts';
import { type NodeStore, openNodeStore } from '../store/node-store.ts';
import { answerHolds, asksHeld, formatQuestion, parseQuestion } from './holds.ts';

const NOW = 1_800_000_000_000;
const member = {} as DirectoryNode;
let dir: string;
let mine: NodeStore;
let theirs: NodeStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sotto-holds-'));
  const open = (name: string): NodeStore => openNodeStore(join(dir, name), () => undefined);
  [mine, theirs] = [open('mine.db'), open('theirs.db')];
});
afterEach(() => {
  mine.close();
  theirs.close();
  rmSync(dir, { recursive: true });
});

function message(text: string, age = 2 * SETTLED): NewMessage {
  return {
    ...{ mailbox: new Uint8Array(33).fill(5), namespace: 40, hash: text.padEnd(43, 'x'), data: utf8(text) },
    ...{ timestamp: NOW - age, expiry: NOW + 1_000_000, signedAt: 0, outbox: false },
  };
}

async function store(where: NodeStore, what: NewMessage): Promise<void> {
  await where.write(() => where.messages.put(what, NOW));
}

/** A node as far as this concerns it. */
function nodeWith(nodeStore: NodeStore, over: object = {}): NodeContext {
  const directory = { isOurs: () => true };
  return { store: nodeStore, directory, now: () => NOW, ...over } as unknown as NodeContext;
}

/** Ask the other store over a link that changes its answers, or does something first. */
function ask(answer: (body: Uint8Array) => Uint8Array): Promise<boolean | undefined> {
  const post = async (_: unknown, { body }: { readonly body: Uint8Array }): Promise<LinkReply> => ({
    ...{ outcome: 'answered', status: 200, body: new Uint8Array(answer(body)) },
  });
  return asksHeld({ ...nodeWith(mine, { links: { post } }), random: () => 0 }, member);
}

const honest = (body: Uint8Array): Uint8Array => answerHolds(nodeWith(theirs), body);

describe('the test of a member’s storage', () => {
  it('is passed by who has the message, whichever it is', async () => {
    for (const text of ['one', 'two', 'three']) {
      await store(mine, message(text));
      await store(theirs, message(text));
    }
    expect(await ask(honest)).toBe(true);
  });

  it('is failed by who lacks it, has other bytes, or repeats an answer', async () => {
    await store(mine, message('kept'));
    expect(await ask(honest)).toBe(false);
    await store(theirs, { ...message('kept'), data: utf8('not the same') });
    expect(await ask(honest)).toBe(false);
    const old = answerHolds(nodeWith(mine), formatQuestion({ ...message('kept'), nonce: randomBytes(32) }));
    expect(old).toHaveLength(32);
    expect(await ask(() => old)).toBe(false);
  });

  it('says nothing without a message that both should have, or when it goes meanwhile', async () => {
    expect(await ask(honest)).toBeUndefined();
    await store(mine, message('young', SETTLED / 2));
    expect(await ask(honest)).toBeUndefined();
    const going = message('going');
    await store(mine, going);
    const request = { mailbox: going.mailbox, hashes: [going.hash], required: false } as const;
    await askStore(mine, { method: 'delete', ...request }, NOW);
    expect(await ask(honest)).toBeUndefined();
  });

  it('tells nothing of mailboxes that are not this swarm’s', async () => {
    const elsewhere = message('elsewhere');
    await store(theirs, elsewhere);
    const node = nodeWith(theirs, { directory: { isOurs: () => false } });
    expect(answerHolds(node, formatQuestion({ ...elsewhere, nonce: randomBytes(32) }))).toHaveLength(0);
  });

  it('reads any question without a surprise', () => {
    const question = { mailbox: new Uint8Array(33).fill(5), hash: 'h', nonce: new Uint8Array(32) };
    expect(parseQuestion(formatQuestion(question))).toEqual(question);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseQuestion(utf8(text));
      }),
    );
  });
});
