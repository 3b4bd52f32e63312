import { clientAt } from '@sotto/limits';
import type { RelayContext } from '../context.ts';

/**
 * Answer when there is a place for it among those that are being answered; undefined when there is none. `answer` may
 * give the place back earlier, before it waits.
 */
export async function inTurn<Answer>(
  { underWay, events }: Pick<RelayContext, 'underWay' | 'events'>,
  from: string,
  answer: (leave: () => void) => Answer | Promise<Answer>,
): Promise<Answer | undefined> {
  const leave = underWay.enter(clientAt(from));
  if (leave === undefined) {
    events.count('overloaded');
    return undefined;
  }
  try {
    return await answer(leave);
  } finally {
    leave();
  }
}
