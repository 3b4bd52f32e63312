import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import type { Client, FileToKeep, KeepFileOutcome } from '@sotto/client';
import { describe, expect, it } from 'vitest';
import { createUpload } from './upload.ts';

const piece = (fill: number) => asBytes(new Uint8Array(5).fill(fill));

function keeping(keep: (file: FileToKeep) => Promise<unknown>): Client {
  return { keepFile: (file: FileToKeep) => keep(file) as Promise<KeepFileOutcome> } as Client;
}

describe('a file that is handed over', () => {
  it('is given to the client piece by piece, none before there is room', async () => {
    const got: Bytes[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const upload = createUpload(
      keeping(async ({ content }) => {
        await held;
        for await (const part of content) got.push(part);
        return { outcome: 'kept', file: concatBytes(...got) };
      }),
      { size: 10 },
    );
    const first = upload.put(piece(1));
    await expect(Promise.race([first, Promise.resolve('waits')])).resolves.toBe('waits');
    release();
    expect(await first).toBe('taken');
    expect(await upload.put(piece(2))).toBe('taken');
    expect(await upload.end()).toMatchObject({ file: concatBytes(piece(1), piece(2)) });
  });

  it('is over when the client takes no more, and says why', async () => {
    const upload = createUpload(
      keeping(async () => ({ outcome: 'too-large', limit: 9 })),
      { size: 10 },
    );
    const puts: string[] = [];
    while (puts.at(-1) !== 'over' && puts.length < 5) puts.push(await upload.put(piece(1)));
    expect(puts.at(-1)).toBe('over');
    expect(await upload.end()).toEqual({ outcome: 'too-large', limit: 9 });
  });

  it('that is given up leaves the client with an error, and nobody waiting', async () => {
    let failure: unknown;
    const upload = createUpload(
      keeping(async ({ content }) => {
        try {
          for await (const _ of content);
        } catch (error) {
          failure = error;
          throw error;
        }
      }),
      { size: 10 },
    );
    await upload.put(piece(1));
    upload.giveUp();
    await expect(upload.end()).rejects.toMatchObject({ code: 'unknown-file' });
    expect(failure).toBeDefined();
    expect(await upload.put(piece(1))).toBe('over');
  });
});
