import type { Output } from '../output.ts';

/** What takes longer than this looks like a command that hangs. */
const SLOW_MS = 2_000;

/** Say what is waited for once the waiting is long. Programs that read JSON are told results only. */
export async function noteWhenSlow<Value>(
  output: Output,
  note: string,
  work: () => Promise<Value>,
  slowMs = SLOW_MS,
): Promise<Value> {
  const timer = output.json ? undefined : setTimeout(() => output.note(note), slowMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
