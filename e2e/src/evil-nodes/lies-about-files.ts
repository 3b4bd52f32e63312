import { asBytes, type Bytes, concatBytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { expect } from 'vitest';
import type { Lie, LieGroup } from '../evil/lie.ts';
import type { Person } from '../evil/person.ts';
import { waitUntil } from '../wait-until.ts';
import { NODES, type NodeWorld } from './node-world.ts';
import { dataOf, type KeptMessage, showingChunks } from './replies.ts';

/** Three pieces; small enough that it is fetched when its message comes. */
const FILE_BYTES = 200_000;
const PATIENCE = 60_000;

async function* inOne(content: Bytes): AsyncGenerator<Bytes> {
  yield content;
}

async function keep({ client }: Person, content: Bytes): Promise<string> {
  const kept = await client.keepFile({ size: content.length, content: inOne(content), name: 'a file' });
  if (kept.outcome !== 'kept') throw new Error(`the file was not kept: ${kept.outcome}`);
  return kept.file.id;
}

/** The file of the newest message of a chat. */
async function newestFile({ client }: Person, from: Person): Promise<string> {
  const [newest] = await client.messages(from.account, { limit: 1 });
  const [file] = newest === undefined ? [] : await client.filesOf(newest.id);
  if (file === undefined) throw new Error('there is no file');
  return file.id;
}

async function contentOf({ client }: Person, id: string): Promise<Bytes> {
  const pieces: Bytes[] = [];
  for await (const piece of (await client.readFile(id)) ?? []) pieces.push(piece);
  return concatBytes(...pieces);
}

/** Bob sends a file, and members give alice other pieces of it. She has what he sent, or nothing. */
function fileLie(
  name: string,
  tells: string,
  change: (message: KeptMessage) => KeptMessage | undefined,
  { liars, must }: { readonly liars: number; readonly must: string },
): Lie<NodeWorld> {
  return {
    ...{ name, tells, must, told: { kind: 'nothing' } },
    async act(world) {
      const { alice, bob, chats } = world;
      const content = randomBytes(FILE_BYTES);
      const sent = await keep(bob, content);
      const tally = world.lie(liars, showingChunks(change));
      await (await chats.say(bob, alice, [sent])).until('sent', PATIENCE);
      await chats.settle(PATIENCE);
      const file = await newestFile(alice, bob);
      const isHere = async () => (await alice.client.file(file))?.state === 'here';
      if (liars === NODES) {
        await waitUntil('the lie is told', PATIENCE, async () => tally.told >= NODES);
        expect(await isHere()).toBe(false);
        expect(await alice.client.readFile(file)).toBeUndefined();
        world.honest();
      }
      await waitUntil('the file is here', PATIENCE, isHere);
      expect(await contentOf(alice, file)).toEqual(content);
    },
  };
}

function altered(message: KeptMessage): KeptMessage {
  const data = asBytes(dataOf(message).slice());
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  return { ...message, data: toBase64(data) };
}

const OTHERS = 'see that it is not what the message names, and ask others';

export const liesAboutFiles: LieGroup<NodeWorld> = {
  title: 'What is kept of a file',
  lies: [
    fileLie('an altered piece', 'changes a bit of a piece of a file, as two others do', altered, {
      liars: 3,
      must: OTHERS,
    }),
    fileLie(
      'a piece of its own',
      'gives as many bytes of its own for a piece of a file, as another does',
      (message) => ({ ...message, data: toBase64(randomBytes(dataOf(message).length)) }),
      { liars: 2, must: OTHERS },
    ),
    fileLie('a hidden piece', 'says that it has no such piece, as another does', () => undefined, {
      liars: 2,
      must: 'ask others before it believes that',
    }),
    fileLie('pieces altered by all', 'changes a bit of every piece, as all do', altered, {
      liars: NODES,
      must: 'give out nothing of it, and have it when one tells the truth',
    }),
  ],
};
