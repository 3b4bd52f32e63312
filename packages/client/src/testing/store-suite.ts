import type { Bytes } from '@sotto/bytes';
import type { RatchetTable } from '@sotto/ratchet';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientStore, MessageId, StoreChange } from '../ports/store.ts';
import { createMemoryStore } from './memory-store.ts';
import { anyChange, CHATS } from './store-arbitraries.ts';
import { chainCases } from './store-chain-cases.ts';
import { chatCases } from './store-chat-cases.ts';
import { fileCases } from './store-file-cases.ts';
import {
  ACCOUNT,
  ALICE,
  BOB,
  bytes,
  CONTACT,
  chain,
  entry,
  FULL_CONTACT,
  held,
  id,
  message,
} from './store-fixtures.ts';
import { everything } from './store-snapshot.ts';

/** A store under test. */
export interface StoreUnderTest {
  readonly store: ClientStore;
  /** Close the store and open what it left; for a store on disk, a new handle on the same file. */
  reopen(): Promise<ClientStore>;
  /** Close and remove everything. */
  dispose(): Promise<void>;
}

/** What every `ClientStore` promises. Call at the top level of a test file. */
export function storeSuite(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`client store: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: ClientStore;

    beforeEach(async () => {
      subject = await makeStore();
      store = subject.store;
    });
    afterEach(() => subject.dispose());

    it('is empty at first', async () => {
      expect(await everything(store)).toEqual(await everything(createMemoryStore()));
    });

    it('keeps the account with and without its optional members', async () => {
      await store.commit([{ kind: 'put-account', state: ACCOUNT }]);
      expect(await store.account()).toEqual(ACCOUNT);
      const { seed: _, ...without } = ACCOUNT;
      await store.commit([{ kind: 'put-account', state: { ...without, credentials: {} } }]);
      expect(await store.account()).toEqual({ ...without, credentials: {} });
      expect(await store.account()).not.toHaveProperty('seed');
      store = await subject.reopen();
      expect(await store.account()).toEqual({ ...without, credentials: {} });
    });

    it('keeps contacts, and members that were taken away are gone', async () => {
      await store.commit([{ kind: 'put-contact', contact: FULL_CONTACT }]);
      expect(await store.contact(BOB)).toEqual(FULL_CONTACT);
      await store.commit([{ kind: 'put-contact', contact: CONTACT }]);
      expect(await store.contacts()).toEqual([CONTACT]);
      expect(Object.keys((await store.contact(BOB)) ?? {}).sort()).toEqual(Object.keys(CONTACT).sort());
      await store.commit([{ kind: 'delete-contact', account: BOB }]);
      expect(await store.contact(BOB)).toBeUndefined();
    });

    it('keeps what each road remembers', async () => {
      await store.commit([
        { kind: 'put-road-memory', road: 'onion', bytes: bytes(900, 1) },
        { kind: 'put-road-memory', road: 'relay', bytes: bytes(0, 0) },
        { kind: 'put-road-memory', road: 'onion', bytes: bytes(700, 2) },
      ]);
      store = await subject.reopen();
      expect(await store.roadMemory('onion')).toEqual(bytes(700, 2));
      expect(await store.roadMemory('relay')).toEqual(bytes(0, 0));
    });

    it('gives messages growing sequences, and a replaced one keeps its own', async () => {
      await store.commit([1, 2, 3].map((at) => ({ kind: 'put-message', message: message(at) })));
      const before = await store.message(id(2, BOB));
      const changed = message(2, {
        state: 'failed',
        problem: 'why',
        road: 'relay',
        storedOn: 3,
        of: 7,
        receivedAt: 9,
      });
      await store.commit([{ kind: 'put-message', message: changed }]);
      expect(await store.message(id(2, BOB))).toEqual({ ...changed, sequence: before?.sequence });
      expect((await store.messages(BOB, { limit: 10 })).map((row) => row.id.sentAt)).toEqual([3, 2, 1]);
      expect(await store.messages(BOB, { limit: 1, before: before?.sequence ?? 0 })).toMatchObject([
        { id: { sentAt: 1 } },
      ]);
    });

    it('never gives a sequence twice, although the newest messages were deleted', async () => {
      await store.commit([{ kind: 'put-message', message: message(1) }]);
      const first = (await store.message(id(1, BOB)))?.sequence ?? Number.NaN;
      await store.commit([{ kind: 'delete-chat-messages', chat: BOB }]);
      store = await subject.reopen();
      await store.commit([{ kind: 'put-message', message: message(1) }]);
      expect((await store.message(id(1, BOB)))?.sequence).toBeGreaterThan(first);
    });

    it('tells messages apart by author, device and time', async () => {
      const ids: MessageId[] = [id(1), id(1, BOB), { ...id(1), device: 2 }, id(2)];
      await store.commit(ids.map((each) => ({ kind: 'put-message', message: message(0, { id: each }) })));
      const sequences = await Promise.all(ids.map(async (each) => (await store.message(each))?.sequence));
      expect(new Set(sequences).size).toBe(4);
    });

    it('hands out incoming messages after a sequence, oldest first, and no outgoing ones', async () => {
      await store.commit([
        { kind: 'put-message', message: message(1) },
        { kind: 'put-message', message: message(2, { id: id(2), direction: 'out', state: 'sent' }) },
        { kind: 'put-message', message: message(3, { chat: ALICE, kind: 'gap', text: '2' }) },
        { kind: 'put-message', message: message(4) },
      ]);
      const all = await store.incomingAfter(0, 10);
      expect(all.map((row) => row.id.sentAt)).toEqual([1, 3, 4]);
      expect(await store.incomingAfter(all[0]?.sequence ?? 0, 1)).toEqual([all[1]]);
    });

    chatCases(() => store);
    fileCases(
      () => store,
      async () => {
        store = await subject.reopen();
        return store;
      },
    );
    chainCases(() => ({ store, reopen: () => subject.reopen() }));

    it('keeps the outbox in order and remembers the highest order given out', async () => {
      const encrypted = [
        { device: 1, registrationId: 7, kind: 'first' as const, bytes: bytes(2_000, 1) },
        { device: 2, registrationId: 8, kind: 'steady' as const, bytes: bytes(300, 2) },
      ];
      const { message: _, ...receipt } = entry(2, { kind: 'receipt', urgent: false });
      await store.commit([
        { kind: 'put-outbox', entry: entry(10, { encrypted, attempts: 3, notBefore: 44 }) },
        { kind: 'put-outbox', entry: receipt },
      ]);
      expect(await store.outbox()).toEqual([receipt, entry(10, { encrypted, attempts: 3, notBefore: 44 })]);
      expect(await store.outboxEntry('entry-2')).toEqual(receipt);
      await store.commit([
        { kind: 'put-outbox', entry: entry(10) },
        { kind: 'delete-outbox', id: 'entry-2' },
      ]);
      expect(await store.outbox()).toEqual([entry(10)]);
      await store.commit([{ kind: 'delete-outbox', id: 'entry-10' }]);
      store = await subject.reopen();
      expect(await store.outbox()).toEqual([]);
      expect(await store.outboxEntry('entry-10')).toBeUndefined();
      expect(await store.lastOutboxOrder()).toBe(10);
    });

    it('keeps owed receipts by message', async () => {
      const owed = (sentAt: number, dueAt: number) => ({
        kind: 'delivery' as const,
        to: BOB,
        message: id(sentAt, BOB),
        dueAt,
      });
      await store.commit([
        { kind: 'put-receipt', receipt: owed(1, 30) },
        { kind: 'put-receipt', receipt: owed(2, 20) },
        { kind: 'put-receipt', receipt: owed(2, 25) },
      ]);
      expect(await store.nextReceiptDue()).toBe(25);
      expect(await store.receiptsDue(24)).toEqual([]);
      expect(await store.receiptsDue(25)).toEqual([owed(2, 25)]);
      const read = { ...owed(2, 40), kind: 'read' as const };
      await store.commit([
        { kind: 'put-receipt', receipt: read },
        { kind: 'delete-receipt', message: id(2, BOB), receipt: 'delivery' },
      ]);
      expect(await store.receiptsDue(100)).toEqual([owed(1, 30), read]);
    });

    it('remembers what was seen until its time is over', async () => {
      await store.commit([
        { kind: 'put-seen', mark: 'early', forgetAfter: 10 },
        { kind: 'put-seen', mark: 'late', forgetAfter: 20 },
        { kind: 'put-seen', mark: 'early', forgetAfter: 11 },
      ]);
      await store.forgetSeen(10);
      expect([await store.hasSeen('early'), await store.hasSeen('late')]).toEqual([true, true]);
      await store.forgetSeen(11);
      expect([await store.hasSeen('early'), await store.hasSeen('late')]).toEqual([false, true]);
    });

    it('keeps the ratchet tables apart and deletes rows', async () => {
      const put = (table: RatchetTable, key: string, value: Bytes | null): StoreChange => ({
        kind: 'ratchet',
        change: { table, key, value },
      });
      await store.commit([put('pre-key', '1', bytes(5, 1)), put('signed-pre-key', '1', bytes(0, 0))]);
      await store.commit([put('pre-key', '2', bytes(5, 2)), put('pre-key', '1', bytes(6, 3))]);
      expect(await store.ratchet.get('pre-key', '1')).toEqual(bytes(6, 3));
      expect(await store.ratchet.get('signed-pre-key', '1')).toEqual(bytes(0, 0));
      expect([...(await store.ratchet.keys('pre-key'))].sort()).toEqual(['1', '2']);
      await store.commit([put('pre-key', '1', null), put('pre-key', '9', null)]);
      expect(await store.ratchet.get('pre-key', '1')).toBeUndefined();
      expect(await store.ratchet.keys('kyber-pre-key')).toEqual([]);
    });

    it('applies a unit whole or not at all', async () => {
      await store.commit([{ kind: 'put-contact', contact: CONTACT }]);
      const before = await everything(store);
      const broken = { kind: 'no-such-change' } as unknown as StoreChange;
      const unit: StoreChange[] = [
        { kind: 'put-account', state: ACCOUNT },
        { kind: 'delete-contact', account: BOB },
        { kind: 'put-message', message: message(1) },
        { kind: 'put-outbox', entry: entry(1) },
        { kind: 'ratchet', change: { table: 'session', key: 'x', value: bytes(9, 9) } },
        broken,
      ];
      await expect(store.commit(unit)).rejects.toThrow();
      expect(await everything(store)).toEqual(before);
      store = await subject.reopen();
      expect(await everything(store)).toEqual(before);
    });

    it('applies the changes of a unit in their order', async () => {
      await store.commit([
        { kind: 'put-message', message: message(1) },
        { kind: 'delete-chat-messages', chat: BOB },
        { kind: 'put-message', message: message(2) },
      ]);
      expect((await store.messages(BOB, { limit: 5 })).map((row) => row.id.sentAt)).toEqual([2]);
    });

    it('takes commits from several callers at once', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.commit([{ kind: 'put-message', message: message(index + 1) }]),
        ),
      );
      expect(await store.messages(BOB, { limit: 50 })).toHaveLength(20);
    });

    it('erases everything and can be used again', async () => {
      await store.commit([
        { kind: 'put-account', state: ACCOUNT },
        { kind: 'put-contact', contact: FULL_CONTACT },
        { kind: 'put-message', message: message(1) },
        { kind: 'put-outbox', entry: entry(4) },
        { kind: 'put-chain', chain: chain() },
        { kind: 'put-held', held: held(6) },
        { kind: 'put-road-memory', road: 'onion', bytes: bytes(9, 9) },
        { kind: 'put-seen', mark: 'm', forgetAfter: 10 },
        { kind: 'put-receipt', receipt: { kind: 'read', to: BOB, message: id(1), dueAt: 1 } },
        { kind: 'put-draft', chat: BOB, text: 'typed' },
        { kind: 'put-read', chat: BOB, through: 1 },
        { kind: 'put-failed', failed: { message: id(1), to: BOB, content: bytes(3, 1) } },
        {
          kind: 'put-preferences',
          preferences: { readReceipts: true, typing: true, relayAccess: 'direct', screen: '{}' },
        },
        { kind: 'ratchet', change: { table: 'session', key: 'x', value: bytes(9, 9) } },
      ]);
      await store.erase();
      expect(await everything(store)).toEqual(await everything(createMemoryStore()));
      await store.commit([{ kind: 'put-account', state: ACCOUNT }]);
      store = await subject.reopen();
      expect(await store.account()).toEqual(ACCOUNT);
    });

    it('shows the account and a contact as they are now, also to whoever has just asked', async () => {
      const { store } = subject;
      const seen = async () => [
        (await store.account())?.lastSentAt,
        (await store.contact(ALICE))?.nextCounter,
      ];
      expect(await seen()).toEqual([undefined, undefined]);
      for (const number of [1, 2]) {
        await store.commit([
          { kind: 'put-account', state: { ...ACCOUNT, lastSentAt: number } },
          { kind: 'put-contact', contact: { ...CONTACT, account: ALICE, nextCounter: number } },
        ]);
        expect(await seen()).toEqual([number, number]);
      }
      await store.commit([{ kind: 'delete-contact', account: ALICE }]);
      expect(await seen()).toEqual([2, undefined]);
      await store.erase();
      expect(await seen()).toEqual([undefined, undefined]);
    });

    it('agrees with the store in memory after any units of work, and after opening again', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyChange, { maxLength: 6 }), { maxLength: 12 }),
          async (units) => {
            await subject.dispose();
            subject = await makeStore();
            const model = createMemoryStore();
            for (const unit of units) {
              await model.commit(unit);
              await subject.store.commit(unit);
              // Read each time, because a store may remember what it was asked for.
              for (const chat of CHATS) {
                expect(await subject.store.contact(chat)).toEqual(await model.contact(chat));
              }
            }
            expect(await everything(subject.store)).toEqual(await everything(model));
            expect(await everything(await subject.reopen())).toEqual(await everything(model));
          },
        ),
        { numRuns: 25 },
      );
    });
  });
}
