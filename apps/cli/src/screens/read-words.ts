import { canAsk, readInput } from '../terminal.ts';
import type { Screen } from './screen.ts';

/** 25 words of at most eight letters, generously. */
const MAX_WORDS_BYTES = 4096;

/** The words of an account from standard input; somebody at a terminal is asked for them. */
export async function readWords({ terminal, output }: Screen, question: string): Promise<string> {
  if (canAsk(terminal)) output.note(question);
  return await readInput(terminal, MAX_WORDS_BYTES);
}
