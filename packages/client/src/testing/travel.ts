import type { Clock } from '../ports/system.ts';
import type { Fate } from './memory-network-types.ts';

/** How long a silent other end says nothing. */
const SILENCE = 30_000;

/** A request there and back, as its fate wants it. */
export async function travel<Answer, Silence>(
  clock: Clock,
  fate: Fate,
  silence: Silence,
  answer: () => Answer,
): Promise<Answer | Silence> {
  if (fate === 'lost') return silence;
  if (fate === 'silent' || fate === 'answer-silent') {
    if (fate === 'answer-silent') answer();
    await new Promise<void>((resolve) => clock.after(SILENCE, resolve));
    return silence;
  }
  const answered = answer();
  await Promise.resolve();
  return fate === 'answer-lost' ? silence : answered;
}
