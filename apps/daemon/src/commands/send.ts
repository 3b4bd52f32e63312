import { observe } from '@sotto/bytes';
import { formatMessageId, parseMessageId } from '@sotto/client';
import type { Handlers } from '@sotto/local-api';
import { unlessGivenUp } from '../given-up.ts';
import type { Owned } from '../owned.ts';
import { problemValue } from '../problem-values.ts';
import { deviceReplaced, sendRefusal, unknownMessage } from '../refusals.ts';

export function sendCommands({ client, openRoads }: Owned): Pick<Handlers, 'send' | 'send.wait'> {
  return {
    send: async (params) => {
      observe('command', 'before');
      // First: a message tells contacts where this device collects, which its roads know once they are open.
      await openRoads();
      const outcome = await client.send(params);
      if (outcome.outcome !== 'written') throw sendRefusal(outcome);
      const { message, to } = outcome;
      observe('command', 'after');
      return { id: formatMessageId(message), to, road: null, state: 'queued', sent_at: message.sentAt };
    },
    'send.wait': async ({ id, timeout_ms }, { signal }) => {
      await openRoads();
      const name = parseMessageId(id);
      if (name === undefined) throw unknownMessage();
      const carried = await unlessGivenUp(client.waitForCarried(name, timeout_ms), signal);
      const message = await client.message(name);
      if (carried.outcome === 'device-replaced') throw deviceReplaced();
      if (carried.outcome === 'unknown-message' || message === undefined) {
        throw unknownMessage();
      }
      return {
        id,
        to: message.chat,
        road: carried.road ?? null,
        state: carried.state,
        ...(carried.storedOn === undefined ? {} : { stored_on: carried.storedOn }),
        ...(carried.of === undefined ? {} : { of: carried.of }),
        ...problemValue(carried),
        sent_at: name.sentAt,
      };
    },
  };
}
