import type { ClientEvent } from '../client-types.ts';
import type { Message } from '../ports/store.ts';

/** What is known of a message now, all of it: whoever hears of a new state forgets what was told before. */
export function stateEvent(message: Message): Extract<ClientEvent, { event: 'message-state' }> {
  const { id, chat, state, road, storedOn, of, problem } = message;
  return {
    event: 'message-state',
    message: id,
    chat,
    state,
    ...(road === undefined ? {} : { road }),
    ...(storedOn === undefined ? {} : { storedOn }),
    ...(of === undefined ? {} : { of }),
    ...(problem === undefined ? {} : { problem }),
  };
}
