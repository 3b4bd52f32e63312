import type { Bytes } from '@sotto/bytes';
import { FILE_CHUNKS_TOGETHER } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { FileState } from '../ports/store.ts';
import { withBits } from './bits.ts';
import { viewFile } from './view-file.ts';

/** Writes down how far a file has come, several chunks in one commit. */
export interface ChunkLog {
  /** Resolves when it may be forgotten; with `false` when the file is not carried any more. */
  add(chunk: number, data?: Bytes): Promise<boolean>;
  /** All that was added is on disk; `false` as above. */
  flush(): Promise<boolean>;
}

/** @param while_ the state in which the file is carried. */
export function createChunkLog(core: Core, id: string, while_: FileState): ChunkLog {
  let waiting: { readonly chunk: number; readonly data?: Bytes }[] = [];
  let last: Promise<boolean> = Promise.resolve(true);

  const write = (): Promise<boolean> => {
    const chunks = waiting;
    waiting = [];
    return core.unit(async (work) => {
      const file = await core.store.file(id);
      if (file?.state !== while_) return false;
      if (chunks.length === 0) return true;
      for (const { chunk, data } of chunks) {
        if (data !== undefined) work.change({ kind: 'put-chunk', file: id, chunk, data });
      }
      const next = {
        ...file,
        done: withBits(
          file.done,
          chunks.map(({ chunk }) => chunk),
        ),
      };
      work.change({ kind: 'put-file', file: next });
      work.after(() => ({ event: 'file', file: viewFile(next) }));
      return true;
    });
  };

  const flush = (): Promise<boolean> => {
    last = last.then((going) => going && write());
    return last;
  };

  return {
    async add(chunk, data) {
      waiting.push(data === undefined ? { chunk } : { chunk, data });
      return waiting.length < FILE_CHUNKS_TOGETHER || flush();
    },
    flush,
  };
}
