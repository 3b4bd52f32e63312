import { z } from 'zod';
import { file } from './file-values.ts';
import { MAX_PIECE_TEXT } from './limits.ts';
import { messageId } from './names.ts';

const id = z.string().min(1).max(64);
const upload = z.string().min(1).max(64);
const side = z.int().positive().max(65_535);
const done = z.object({});

/** Files come and go in pieces, so that no line and no memory has to hold one. */
export const fileCommands = {
  /** Begin to hand over a file of exactly `size` bytes; it is given up when the channel ends. */
  'files.begin': {
    params: z.strictObject({
      name: z.exactOptional(z.string().max(1024)),
      type: z.exactOptional(z.string().max(256)),
      size: z.int().nonnegative(),
      width: z.exactOptional(side),
      height: z.exactOptional(side),
    }),
    result: z.object({ upload }),
  },
  /** The next piece, base64. Answers when there is room for another. */
  'files.put': { params: z.strictObject({ upload, data: z.string().max(MAX_PIECE_TEXT) }), result: done },
  /** Answers when all of it is on disk: `send` may name the file then. */
  'files.end': { params: z.strictObject({ upload }), result: file },
  /** Forget a file that no message has, or one that is being handed over. */
  'files.drop': { params: z.strictObject({ id }), result: done },
  /** The files of a message, in their places. */
  'files.list': { params: z.strictObject({ id: messageId }), result: z.object({ files: z.array(file) }) },
  'files.show': { params: z.strictObject({ id }), result: file },
  /** Have one that came fetched; also one that failed. */
  'files.fetch': { params: z.strictObject({ id }), result: file },
  /** Stop sending or fetching it. `messages.retry` and `files.fetch` take it up again. */
  'files.cancel': { params: z.strictObject({ id }), result: file },
  /** A piece of its content from this byte on, base64; empty at the end. */
  'files.read': {
    params: z.strictObject({ id, from: z.int().nonnegative() }),
    result: z.object({ data: z.string() }),
  },
} as const;
