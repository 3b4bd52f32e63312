/** One finished system call of a trace. Its strings are still as strace wrote them: `\x` and two digits a byte. */
export interface Call {
  readonly name: string;
  readonly args: string;
  /** What it returned; −1 when it failed. */
  readonly result: number;
  /** How many calls of this reading had returned when this one began. Less than its place where threads overlap. */
  readonly begunAfter: number;
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+|\?)/;
const BEGUN = /^(\d+) +(\w+)\((.*?) ?<unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|0x[0-9a-f]+|\?)/;
const NO_CALL = /^\d+ +(\+\+\+|---)/;

/**
 * The calls of a trace by `strace -f -yy -xx`, in the order in which they returned. Throws on a line that it
 * does not understand: a call that was overlooked would make a disk that never was.
 */
export function* readCalls(trace: string): Generator<Call> {
  const begun = new Map<string, { readonly name: string; readonly args: string; readonly after: number }>();
  let returned = 0;
  for (const line of linesOf(trace)) {
    const start = BEGUN.exec(line);
    if (start !== null) {
      const [, thread = '', name = '', args = ''] = start;
      begun.set(thread, { name, args, after: returned });
      continue;
    }
    const rest = RESUMED.exec(line);
    const whole = rest === null ? WHOLE.exec(line) : null;
    if (whole !== null) {
      const [, , name = '', args = '', result = ''] = whole;
      yield { name, args, result: toNumber(result), begunAfter: returned };
      returned += 1;
    } else if (rest !== null) {
      const [, thread = '', name = '', args = '', result = ''] = rest;
      const first = begun.get(thread);
      if (first?.name !== name)
        throw new Error(`the trace resumes a call that it did not begin: ${cut(line)}`);
      begun.delete(thread);
      yield { name, args: first.args + args, result: toNumber(result), begunAfter: first.after };
      returned += 1;
    } else if (!NO_CALL.test(line)) {
      throw new Error(`the trace has a line that is no call: ${cut(line)}`);
    }
  }
}

/** Without an array of all of them: a trace is long. */
function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end;
    if (next > at) yield text.slice(at, next);
    at = next + 1;
  }
}

function toNumber(result: string): number {
  return result === '?' ? -1 : Number(result);
}

function cut(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
