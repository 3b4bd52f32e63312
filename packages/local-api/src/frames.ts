import { z } from 'zod';
import { LocalApiError } from './errors.ts';
import { LOCAL_API_VERSION, MAX_LINE_BYTES } from './limits.ts';
import { lineBytes } from './split-lines.ts';

const id = z.int().nonnegative();
const version = z.literal(LOCAL_API_VERSION);
const errorBody = z.object({
  code: z.string().max(64),
  message: z.string(),
  hint: z.exactOptional(z.string()),
});

const toOwner = z.union([
  z.strictObject({ v: version, id, command: z.string().max(64), params: z.unknown() }),
  z.strictObject({ v: version, cancel: id }),
]);

const toScreen = z.union([
  z.object({ v: version, id, result: z.record(z.string(), z.unknown()) }),
  /** Without an ID: about the channel itself, which ends after it. */
  z.object({ v: version, id: id.nullable(), error: errorBody }),
  z.object({ v: version, event: z.object({ event: z.string() }).loose() }),
]);

/** What a screen writes: a request, or that it gave one up. */
export type FrameToOwner = z.infer<typeof toOwner>;
/** What the owner writes: an answer, an error, an event. */
export type FrameToScreen = z.infer<typeof toScreen>;

/** Throws LocalApiError `bad-frame`, `line-too-long` or `unsupported-version`. */
export function parseFrameToOwner(line: string): FrameToOwner {
  return parse(toOwner, line);
}

/** Throws LocalApiError `bad-frame`, `line-too-long` or `unsupported-version`. */
export function parseFrameToScreen(line: string): FrameToScreen {
  return parse(toScreen, line);
}

/** One line of JSON. Throws `line-too-long` rather than send what the other side must refuse. */
export function encodeFrame(frame: FrameToOwner | FrameToScreen): string {
  const line = JSON.stringify(frame);
  if (lineBytes(line) > MAX_LINE_BYTES) throw tooLong();
  return line;
}

function parse<Frame>(schema: z.ZodType<Frame>, line: string): Frame {
  if (lineBytes(line) > MAX_LINE_BYTES) throw tooLong();
  const value = parseJson(line);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (typeof value === 'object' && value !== null && 'v' in value && value.v !== LOCAL_API_VERSION) {
    throw new LocalApiError(
      'unsupported-version',
      `these messages have version ${LOCAL_API_VERSION}, the other side uses another`,
      'stop the running daemon and start it again from the same installation',
    );
  }
  throw new LocalApiError('bad-frame', 'a line is not a message of the local API');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LocalApiError('bad-frame', 'a line is not JSON');
  }
}

function tooLong(): LocalApiError {
  return new LocalApiError('line-too-long', `a line may have ${MAX_LINE_BYTES} bytes`);
}
