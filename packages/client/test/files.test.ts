import { asBytes, type Bytes, concatBytes, equalBytes, toHex } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import { encodeAttachment, messageHashInput } from '@sotto/protocol';
import { encodePointer, makeFile } from '@sotto/shards';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileView, MessageId } from '../src/index.ts';
import { createWorld, makeFriends, type Person, texts, type World, write } from './world.ts';

const CHUNK = 76_784;
const DAY = 86_400_000;

async function* inPieces(content: Bytes, length = 50_000): AsyncGenerator<Bytes> {
  for (let from = 0; from < content.length; from += length) yield asBytes(content.slice(from, from + length));
}

async function keep(
  person: Person,
  content: Bytes,
  more: { name?: string; type?: string } = {},
): Promise<string> {
  const kept = await person.client.keepFile({ size: content.length, content: inPieces(content), ...more });
  if (kept.outcome !== 'kept') throw new Error(kept.outcome);
  return kept.file.id;
}

async function sendFiles(from: Person, to: Person, files: readonly string[], text = ''): Promise<MessageId> {
  const sent = await from.client.send({ to: to.account, text, files });
  if (sent.outcome !== 'written') throw new Error(sent.outcome);
  return sent.message;
}

async function filesFrom(person: Person, other: Person): Promise<readonly FileView[]> {
  const rows = await person.client.messages(other.account, { limit: 50 });
  const found = await Promise.all(
    rows.toReversed().map(async ({ id, files = 0, direction }) => {
      const views = await person.client.filesOf(id);
      expect(views).toHaveLength(files);
      return direction === 'in' ? views : [];
    }),
  );
  return found.flat();
}

async function contentOf(person: Person, id: string): Promise<Bytes | undefined> {
  const parts = await person.client.readFile(id);
  if (parts === undefined) return undefined;
  const read: Bytes[] = [];
  for await (const part of parts) read.push(part);
  return concatBytes(...read);
}

async function until(world: World, isSo: () => Promise<boolean>, most = 600_000): Promise<void> {
  for (let passed = 0; !(await isSo()); passed += 500) {
    if (passed > most) throw new Error('it did not come true');
    await world.pass(500);
  }
}

async function meet(seed: number) {
  const world = createWorld(seed, { withOnion: true });
  const { alice, bob } = await makeFriends(world);
  return { world, alice, bob };
}

describe('a file', () => {
  it('goes with its message, and the small one is fetched at once', async () => {
    const { world, alice, bob } = await meet(1);
    const content = world.random.bytes(200_000);
    const id = await keep(alice, content, { name: '../a picture.png', type: 'image/png' });
    const message = await sendFiles(alice, bob, [id], 'look');
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
    const [file] = await filesFrom(bob, alice);
    expect(file).toMatchObject({
      name: 'a picture.png',
      type: 'image/png',
      size: 200_000,
      done: 200_000,
      place: 0,
    });
    expect(equalBytes((await contentOf(bob, file?.id ?? '')) ?? asBytes(new Uint8Array(0)), content)).toBe(
      true,
    );
    expect((await alice.client.message(message))?.state).toMatch(/sent|delivered/);
    expect(await alice.client.filesOf(message)).toMatchObject([{ state: 'stored', readable: true }]);
    expect(await texts(bob, alice)).toEqual(['hello', 'look']);
  });

  it('that is large waits until somebody wants it, and tells how far it has come', async () => {
    const { world, alice, bob } = await meet(2);
    const content = world.random.bytes(2_000_000);
    await sendFiles(alice, bob, [await keep(alice, content)]);
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
    await world.pass(60_000);
    const [file] = await filesFrom(bob, alice);
    if (file === undefined) throw new Error('no file');
    expect(file).toMatchObject({
      state: 'remote',
      done: 0,
      readable: false,
      type: 'application/octet-stream',
    });
    expect(await contentOf(bob, file.id)).toBeUndefined();
    expect(await bob.client.fetchFile(file.id)).toMatchObject({ outcome: 'wanted' });
    await until(world, async () => (await bob.client.file(file.id))?.state === 'here');
    const told = bob.events.flatMap((event) => (event.event === 'file' ? [event.file.done] : []));
    expect(told.length).toBeGreaterThan(3);
    expect(told.toSorted((left, right) => left - right)).toEqual(told);
    expect(equalBytes((await contentOf(bob, file.id)) as Bytes, content)).toBe(true);
    expect(await bob.client.fetchFile(file.id)).toMatchObject({ outcome: 'here' });
  });

  it('holds up nothing that is written after it', async () => {
    const { world, alice, bob } = await meet(3);
    world.onion.fate = (operation) => (operation === 'store-chunk' ? 'lost' : 'arrives');
    await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))], 'with a file');
    await write(alice, bob, 'after it');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'after it']);
    world.onion.fate = () => 'arrives';
    await until(world, async () => (await texts(bob, alice)).length === 3);
    await write(alice, bob, 'last');
    await world.pass(60_000);
    expect(await texts(bob, alice)).toEqual(['hello', 'after it', 'with a file', 'last']);
  });

  it('comes whole wherever sender and receiver die, chunk for chunk', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: 1, max: 400_000 }),
        async (first, second, size) => {
          const { world, alice, bob } = await meet(4);
          let asked = 0;
          world.onion.fate = (operation) => {
            if (operation.endsWith('chunk') && asked++ % 9 === 7) return 'lost';
            return 'arrives';
          };
          const content = world.random.bytes(size);
          const message = await sendFiles(
            alice,
            bob,
            [await keep(alice, content), await keep(alice, content)],
            'two',
          );
          await world.pass(first);
          alice.die();
          await alice.rise();
          await until(world, async () => (await alice.client.message(message))?.state !== 'queued');
          await world.pass(second);
          bob.die();
          await bob.rise();
          await until(
            world,
            async () => (await filesFrom(bob, alice)).filter(({ state }) => state === 'here').length === 2,
          );
          for (const { id } of await filesFrom(bob, alice)) {
            expect(equalBytes((await contentOf(bob, id)) as Bytes, content)).toBe(true);
          }
          expect(await texts(bob, alice)).toEqual(['hello', 'two']);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('is stored once for each chunk, whatever was tried twice', async () => {
    const { world, alice, bob } = await meet(5);
    world.onion.fate = (operation) =>
      operation === 'store-chunk' && world.random.bytes(1).every((byte) => byte < 60)
        ? 'answer-lost'
        : 'arrives';
    await sendFiles(alice, bob, [await keep(alice, world.random.bytes(20 * CHUNK))]);
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
    // 20 chunks, and the list of them.
    expect(world.onion.chunks.size).toBe(21);
  });
});

describe('a file that cannot go', () => {
  it('says why, and goes when it is tried again', async () => {
    const { world, alice, bob } = await meet(6);
    world.onion.refuses = 403;
    const message = await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))], 'x');
    await until(world, async () => (await alice.client.message(message))?.state === 'failed');
    expect(await alice.client.message(message)).toMatchObject({ problem: 'file-refused' });
    expect(await alice.client.filesOf(message)).toMatchObject([{ state: 'failed', problem: 'file-refused' }]);
    world.onion.refuses = undefined;
    expect(await alice.client.retryMessage(message)).toMatchObject({ outcome: 'queued' });
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
    expect((await alice.client.message(message))?.problem).toBeUndefined();
  });

  it('waits with words while too few storage nodes have it, and counts as queued', async () => {
    const { world, alice, bob } = await meet(7);
    world.onion.partly = { storedOn: 1, of: 3 };
    const message = await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))]);
    await until(world, async () => (await alice.client.message(message))?.problem !== undefined);
    expect(await alice.client.message(message)).toMatchObject({ state: 'queued', problem: 'file-waits' });
    expect((await alice.client.status()).queued).toBe(1);
    world.onion.partly = undefined;
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
    expect((await alice.client.status()).queued).toBe(0);
    expect((await alice.client.filesOf(message))[0]?.problem).toBeUndefined();
  });

  it('is deleted from storage nodes with a message that was not sent', async () => {
    const { world, alice, bob } = await meet(8);
    let stored = 0;
    world.onion.fate = (operation) => (operation === 'store-chunk' && ++stored > 25 ? 'lost' : 'arrives');
    const id = await keep(alice, world.random.bytes(40 * CHUNK));
    const message = await sendFiles(alice, bob, [id]);
    await until(world, async () => stored > 30);
    expect(world.onion.chunks.size).toBeGreaterThan(10);
    expect(await alice.client.deleteMessage(message)).toEqual({ outcome: 'deleted' });
    alice.die();
    await alice.rise();
    world.onion.fate = () => 'arrives';
    await until(world, async () => (await alice.store.file(id)) === undefined);
    expect(world.onion.chunks.size).toBe(0);
    expect(await texts(bob, alice)).toEqual(['hello']);
  });

  it('stays with the other side when a message that was sent is deleted here', async () => {
    const { world, alice, bob } = await meet(9);
    const message = await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))]);
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
    await alice.client.deleteMessage(message);
    await world.pass(60_000);
    expect(world.onion.chunks.size).toBe(1);
    expect(await alice.store.filesWith(['stored', 'unwanted'])).toEqual([]);
  });

  it('is stored anew with a message that is tried again when storage nodes have nearly forgotten it', async () => {
    const { world, alice, bob } = await meet(12);
    // Nothing but files arrives, until the message is given up.
    world.onion.fate = (operation) => (operation === 'store-chunk' ? 'arrives' : 'lost');
    world.network.fate = () => 'lost';
    const content = world.random.bytes(3 * CHUNK);
    const message = await sendFiles(alice, bob, [await keep(alice, content)], 'look');
    await until(world, async () => (await alice.client.filesOf(message))[0]?.state === 'stored');
    // Neither program runs meanwhile.
    await Promise.all([alice.client.close(), bob.client.close()]);
    await world.pass(17 * DAY);
    await Promise.all([alice.rise(), bob.rise()]);
    await until(world, async () => (await alice.client.message(message))?.state === 'failed');
    world.onion.chunks.clear();
    world.onion.fate = () => 'arrives';
    world.network.fate = () => 'arrives';
    expect(await alice.client.retryMessage(message)).toMatchObject({ outcome: 'queued' });
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
    const [file] = await filesFrom(bob, alice);
    expect(equalBytes((await contentOf(bob, file?.id ?? '')) as Bytes, content)).toBe(true);
    expect(await texts(bob, alice)).toEqual(['hello', 'look']);
  });

  it('can be stopped and taken up again', async () => {
    const { world, alice, bob } = await meet(10);
    world.onion.fate = (operation) => (operation === 'store-chunk' ? 'lost' : 'arrives');
    const id = await keep(alice, world.random.bytes(10));
    const message = await sendFiles(alice, bob, [id]);
    expect(await alice.client.cancelFile(id)).toEqual({ outcome: 'cancelled' });
    expect(await alice.client.message(message)).toMatchObject({ state: 'failed', problem: 'file-cancelled' });
    expect(await alice.client.cancelFile(id)).toEqual({ outcome: 'not-possible' });
    world.onion.fate = () => 'arrives';
    await alice.client.retryMessage(message);
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
  });

  it('is stopped for whoever is blocked, and forgotten with the contact', async () => {
    const { world, alice, bob } = await meet(11);
    world.onion.fate = (operation) => (operation === 'store-chunk' ? 'lost' : 'arrives');
    const message = await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))]);
    await alice.client.block(bob.account);
    expect(await alice.client.message(message)).toMatchObject({ state: 'failed', problem: 'blocked' });
    await alice.client.deleteContact(bob.account);
    await until(
      world,
      async () => (await alice.store.filesWith(['failed', 'waiting', 'unwanted'])).length === 0,
    );
  });
});

describe('what is refused before anything is written', () => {
  it('has words', async () => {
    const { world, alice, bob } = await meet(12);
    const content = world.random.bytes(10);
    const send = async (files: readonly string[], text = '') =>
      (await alice.client.send({ to: bob.account, text, files })).outcome;
    const keepAs = async (size: number) =>
      (await alice.client.keepFile({ size, content: inPieces(content) })).outcome;
    expect(await keepAs(104_857_601)).toBe('too-large');
    expect(await keepAs(9)).toBe('changed');
    expect(await keepAs(11)).toBe('changed');
    expect(await keepAs(200_000)).toBe('changed');
    expect(await send(['nothing'])).toBe('unknown-file');
    const id = await keep(alice, content);
    expect(await send([id, id])).toBe('unknown-file');
    expect(await send([id], 'x'.repeat(32_769))).toBe('too-long');
    expect(await send(Array.from({ length: 11 }, () => id))).toBe('too-many-files');
    expect(await send([id])).toBe('written');
    expect(await send([id])).toBe('unknown-file');
    expect(await alice.store.filesWith(['writing', 'kept'])).toEqual([]);
  });

  it('is every file of an account that is on a relay only', async () => {
    const world = createWorld(13);
    const { alice } = await makeFriends(world);
    expect(await alice.client.keepFile({ size: 1, content: inPieces(world.random.bytes(1)) })).toEqual({
      outcome: 'files-need-onion',
    });
  });

  it('is gone with the next start, when no message was written', async () => {
    const { world, alice } = await meet(14);
    const id = await keep(alice, world.random.bytes(10));
    expect(await alice.client.dropFile(await keep(alice, world.random.bytes(10)))).toEqual({
      outcome: 'dropped',
    });
    alice.die();
    await alice.rise();
    expect(await alice.client.file(id)).toBeUndefined();
    expect(await alice.client.dropFile(id)).toEqual({ outcome: 'unknown-file' });
  });

  it('is not gone when it was written down before the roads were opened, as a command does', async () => {
    const { world, alice, bob } = await meet(19);
    alice.die();
    const { client } = world.build(alice.store, alice.events);
    alice.client = client;
    const id = await keep(alice, world.random.bytes(10));
    await client.start();
    await sendFiles(alice, bob, [id]);
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
  });

  it('is whatever a broken disk or source gives up in the middle', async () => {
    const { world, alice } = await meet(15);
    async function* broken(): AsyncGenerator<Bytes> {
      yield world.random.bytes(CHUNK * 9);
      throw new Error('unplugged');
    }
    await expect(alice.client.keepFile({ size: CHUNK * 10, content: broken() })).rejects.toThrow('unplugged');
    expect(await alice.store.filesWith(['writing', 'kept'])).toEqual([]);
  });
});

describe('files of a stranger', () => {
  it('are not asked for before Accept, and small ones are then', async () => {
    const world = createWorld(16, { withOnion: true });
    const [alice, bob] = [await world.join('Alice'), await world.join('Bob')];
    await sendFiles(alice, bob, [await keep(alice, world.random.bytes(10))], 'hello');
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
    await world.pass(60_000);
    const asked = () =>
      world.onion.asked.some(({ operation, by }) => operation === 'fetch-chunk' && by === bob.account);
    const [file] = await filesFrom(bob, alice);
    expect(file?.state).toBe('remote');
    expect(await bob.client.fetchFile(file?.id ?? '')).toMatchObject({ outcome: 'not-possible' });
    expect(asked()).toBe(false);
    await bob.client.acceptRequest(alice.account);
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'here');
    expect(asked()).toBe(true);
  });
});

describe('a file that is not what was promised', () => {
  it('is refused where its sender stored something that its key does not open', async () => {
    const { world, alice, bob } = await meet(18);
    const making = makeFile({ seed: world.random.bytes(32), size: 10 });
    const garbage = world.random.bytes(16_384);
    const mailbox = making.finish([asBytes(new Uint8Array(32))]).pointer.shards[0]?.mailbox as Bytes;
    const { pointer } = making.finish([blake2b(32, messageHashInput(mailbox, 1001, garbage))]);
    world.onion.chunks.set(`${toHex(mailbox)} 1001`, garbage);
    const [, { id: message } = { id: undefined }] = await bob.client.messages(alice.account, { limit: 2 });
    if (message === undefined) throw new Error('no message');
    await bob.store.commit([
      {
        kind: 'put-file',
        file: {
          id: 'planted',
          direction: 'in',
          chat: alice.account,
          message,
          place: 0,
          type: 'text/plain',
          size: 10,
          state: 'remote',
          attachment: encodeAttachment(encodePointer(pointer)),
          done: asBytes(new Uint8Array(1)),
          addedAt: world.clock.now(),
        },
      },
    ]);
    await bob.client.fetchFile('planted');
    await until(world, async () => (await bob.client.file('planted'))?.state === 'failed');
    expect(await bob.client.file('planted')).toMatchObject({ problem: 'file-damaged', readable: false });
  });

  it('is refused: gone, and never shown in part', async () => {
    const { world, alice, bob } = await meet(17);
    await sendFiles(alice, bob, [await keep(alice, world.random.bytes(3 * CHUNK))]);
    world.onion.fate = (operation) => (operation === 'fetch-chunk' ? 'lost' : 'arrives');
    await until(world, async () => (await filesFrom(bob, alice)).length === 1);
    const [name] = world.onion.chunks.keys();
    world.onion.chunks.delete(name as string);
    world.onion.fate = () => 'arrives';
    await until(world, async () => (await filesFrom(bob, alice))[0]?.state === 'failed');
    const [file] = await filesFrom(bob, alice);
    expect(file).toMatchObject({ problem: 'file-gone', readable: false });
    expect(await contentOf(bob, file?.id ?? '')).toBeUndefined();
    expect(await bob.client.fetchFile(file?.id ?? '')).toMatchObject({ outcome: 'wanted' });
  });
});
