import { asBytes } from '@sotto/bytes';
import { Broken, type ErrorClass, type Parser, type Read, type Target } from '../target.ts';

/** Why an input is worth a look. */
export type Why =
  /** Threw what this door never throws. */
  | 'error'
  /** Took something that is not in its one form, or that reads otherwise the second time. */
  | 'not-canonical'
  /** Over the limit, three times in a row. */
  | 'slow'
  /** No answer at all. */
  | 'hang'
  /** The process ended. */
  | 'crash'
  /** What was held grew with the number of inputs. */
  | 'memory';

export interface Verdict {
  readonly read: Read | 'found';
  /** Milliseconds. */
  readonly took: number;
  readonly why?: Why;
  /** The error as it would be printed; its first lines. */
  readonly what?: string;
}

/** One input may take so long, milliseconds. */
export const SLOWEST = 100;

/** Give one input to a parser and judge what it does. */
export function judge(target: Target, parser: Parser, input: Uint8Array): Verdict | Promise<Verdict> {
  const started = performance.now();
  try {
    const read = parser.read(asBytes(input));
    if (typeof read === 'string') return { read, took: performance.now() - started };
    return read.then(
      (settled) => ({ read: settled, took: performance.now() - started }),
      (error: unknown) => judgeError(target.refuses, error, performance.now() - started),
    );
  } catch (error) {
    return judgeError(target.refuses, error, performance.now() - started);
  }
}

/** The same, and again when it took too long: another process may have had the processor. */
export async function judgeTwice(target: Target, parser: Parser, input: Uint8Array): Promise<Verdict> {
  const first = await judge(target, parser, input);
  return first.took <= SLOWEST ? first : confirmSlow(target, parser, input, { first, slowest: SLOWEST });
}

/** So many times longer may take what waits for sockets and disks: that others use them too is not its fault. */
const WAITING = 20;

/** Once more and once more; slow is what takes the processor for so long each time, whoever else wants it. */
export async function confirmSlow(
  target: Target,
  parser: Parser,
  input: Uint8Array,
  { first, slowest }: { readonly first: Verdict; readonly slowest: number },
): Promise<Verdict> {
  let least = first;
  for (let again = 0; again < 2 && least.took > slowest; again++) {
    const before = process.cpuUsage();
    const judged = judge(target, parser, input);
    const waits = judged instanceof Promise;
    const next = await judged;
    const { user, system } = process.cpuUsage(before);
    const took = waits ? next.took / WAITING : Math.min(next.took, (user + system) / 1000);
    if (took < least.took) least = { ...next, took };
  }
  if (least.took <= slowest || least.why !== undefined) return least;
  return { ...least, read: 'found', why: 'slow', what: `${least.took.toFixed(0)} ms` };
}

function judgeError(refuses: readonly ErrorClass[], error: unknown, took: number): Verdict {
  if (refuses.some((kind) => error instanceof kind)) return { read: 'refused', took };
  const why = error instanceof Broken ? 'not-canonical' : 'error';
  return { read: 'found', took, why, what: describe(error) };
}

/** Name, words and the first places of the stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const places = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return [`${error.name}: ${error.message.slice(0, 300)}`, ...places.slice(0, 4)].join('\n');
}
