import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type BlobStore, openFolderBlobs } from '@sotto/blobs';
import { asBytes, type Bytes } from '@sotto/bytes';
import { createSeededRandom } from '@sotto/testkit';
import { ensure, type Facts, type Workload } from './workload.ts';

/**
 * Uploads in a folder: created, written in pieces, finished, removed. An offset that was acknowledged must be there after
 * every cut, with its bytes: going on uploads the rest, and compares the whole.
 */
export const blobsWorkload: Workload = {
  name: 'blobs',
  lives: 2,
  live: async ({ folder, random, operations, step }) => {
    const blobs = await openIn(folder);
    for (let count = 0; count < operations; count++) {
      const key = random.pick(KEYS);
      await step(
        () => change(blobs, key, () => random.integer(60_000)),
        () => factsOf(blobs),
      );
    }
  },
  revive: async (folder) => {
    const blobs = await openIn(folder);
    return {
      facts: await factsOf(blobs),
      goOn: async () => {
        for (const key of KEYS) await finish(blobs, key);
      },
      close: () => blobs.close(),
    };
  },
  databases: () => [],
};

const KEYS = ['attachments/a', 'attachments/b', 'stickers/00ff/full/1', 'profiles/c'];
const CREATED_AT = Date.UTC(2026, 10, 30);

function openIn(folder: string): Promise<BlobStore> {
  return openFolderBlobs({ folder: join(folder, 'blobs'), cap: 64 * 1024 * 1024 });
}

/** What a key's blob is, always the same. */
function contentOf(key: string): Bytes {
  const random = createSeededRandom(KEYS.indexOf(key) + 1);
  return random.bytes(150_000);
}

/** The next thing that can be done with a key. */
async function change(blobs: BlobStore, key: string, size: () => number): Promise<void> {
  const found = await blobs.find(key);
  if (found.outcome === 'absent') await create(blobs, key);
  else if (found.outcome === 'finished') await blobs.remove(key);
  else if (found.offset === found.terms.length) {
    ensure((await blobs.finish(key)).outcome === 'finished', 'what is whole is finished');
  } else {
    await append(blobs, key, found.offset, found.offset + size());
  }
}

async function create(blobs: BlobStore, key: string): Promise<void> {
  const content = contentOf(key);
  const sha256 = asBytes(createHash('sha256').update(content).digest());
  const created = await blobs.create(key, { length: content.length, createdAt: CREATED_AT, sha256 });
  ensure(created.outcome === 'created', 'an upload is created');
}

async function append(blobs: BlobStore, key: string, from: number, to: number): Promise<void> {
  const part = contentOf(key).subarray(from, to);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield part;
  }
  ensure((await blobs.append(key, from, source())).outcome === 'appended', 'bytes are appended');
}

/** Upload what is left of a key. The store compares it with its checksum. */
async function finish(blobs: BlobStore, key: string): Promise<void> {
  if ((await blobs.find(key)).outcome === 'absent') await create(blobs, key);
  const found = await blobs.find(key);
  if (found.outcome === 'unfinished') await append(blobs, key, found.offset, found.terms.length);
  ensure((await blobs.finish(key)).outcome === 'finished', 'an upload that was cut is finished');
}

async function factsOf(blobs: BlobStore): Promise<Facts> {
  return await Promise.all(KEYS.map((key) => factOf(blobs, key)));
}

async function factOf(blobs: BlobStore, key: string): Promise<string> {
  const found = await blobs.find(key);
  if (found.outcome === 'absent') return `${key}: absent`;
  if (found.outcome === 'unfinished') return `${key}: ${found.offset} of ${found.terms.length}`;
  const read = await blobs.read(key);
  ensure(read.outcome === 'found', 'what is finished can be read');
  const hash = createHash('sha256');
  for await (const chunk of read.stream) hash.update(chunk as Uint8Array);
  return `${key}: finished, ${hash.digest('hex')}`;
}
