import { randomUUID } from 'node:crypto';
import { type Bytes, concatBytes, fromBase64, toBase64 } from '@sotto/bytes';
import { type Client, type FileView, parseMessageId } from '@sotto/client';
import { type Handlers, LocalApiError, MAX_PIECE_BYTES } from '@sotto/local-api';
import { filesOf, fileValue } from '../file-values.ts';
import type { Owned } from '../owned.ts';
import { keepRefusal, unknownFile, unknownMessage } from '../refusals.ts';
import { createUpload, type Upload } from '../upload.ts';

type FileCommands = Pick<Handlers, Extract<keyof Handlers, `files.${string}`>>;

/** Files that are handed over at the same time, by all screens together. */
const MAX_UPLOADS = 16;

export function fileCommands({ client, openRoads }: Owned): FileCommands {
  const uploads = new Map<string, Upload>();

  const uploadOf = (name: string): Upload => {
    const known = uploads.get(name);
    if (known === undefined) throw unknownFile();
    return known;
  };

  const finish = async (name: string): Promise<FileView> => {
    const kept = await uploadOf(name)
      .end()
      .finally(() => uploads.delete(name));
    if (kept.outcome !== 'kept') throw keepRefusal(kept);
    return kept.file;
  };

  return {
    'files.begin': async (params, { onEnd }) => {
      if (uploads.size >= MAX_UPLOADS)
        throw new LocalApiError('files-full', 'too many files are handed over at once');
      const name = randomUUID();
      const upload = createUpload(client, params);
      uploads.set(name, upload);
      onEnd(() => {
        uploads.delete(name);
        upload.giveUp();
      });
      return { upload: name };
    },
    'files.put': async ({ upload, data }) => {
      if ((await uploadOf(upload).put(decode(data))) === 'over') await finish(upload);
      return {};
    },
    'files.end': async ({ upload }, { onEnd }) => {
      const file = await finish(upload);
      // A page that is closed before it sends leaves nothing behind; what a message has is no longer to be dropped.
      onEnd(() => void client.dropFile(file.id).catch(() => undefined));
      return fileValue(file);
    },
    'files.drop': async ({ id }) => {
      const upload = uploads.get(id);
      if (upload !== undefined) {
        uploads.delete(id);
        upload.giveUp();
      } else if ((await client.dropFile(id)).outcome === 'unknown-file') throw unknownFile();
      return {};
    },
    'files.list': async ({ id }) => {
      const name = parseMessageId(id);
      const message = name && (await client.message(name));
      if (message === undefined) throw unknownMessage();
      return { files: [...(await filesOf(client, message))] };
    },
    'files.show': async ({ id }) => fileValue(await fileOf(client, id)),
    'files.fetch': async ({ id }) => {
      await openRoads();
      const fetched = await client.fetchFile(id);
      if (fetched.outcome === 'unknown-file') throw unknownFile();
      if (fetched.outcome === 'not-possible') throw new LocalApiError('not-possible', fetched.reason);
      return fileValue(fetched.file);
    },
    'files.cancel': async ({ id }) => {
      const { outcome } = await client.cancelFile(id);
      if (outcome === 'not-possible') throw new LocalApiError('not-possible', 'this file is not on its way');
      return fileValue(await fileOf(client, id));
    },
    'files.read': async ({ id, from }) => ({ data: toBase64(await readPiece(client, id, from)) }),
  };
}

async function fileOf(client: Client, id: string): Promise<FileView> {
  const file = await client.file(id);
  if (file === undefined) throw unknownFile();
  return file;
}

/** As much as one line may hold. */
async function readPiece(client: Client, id: string, from: number): Promise<Bytes> {
  const content = await client.readFile(id, from);
  if (content === undefined) {
    await fileOf(client, id);
    throw new LocalApiError('not-possible', 'this file is not here yet');
  }
  const parts: Bytes[] = [];
  let length = 0;
  for await (const part of content) {
    if (length + part.length > MAX_PIECE_BYTES) break;
    parts.push(part);
    length += part.length;
  }
  return concatBytes(...parts);
}

function decode(data: string): Bytes {
  try {
    return fromBase64(data);
  } catch {
    throw new LocalApiError('bad-params', 'files.put: data is malformed (base64)');
  }
}
