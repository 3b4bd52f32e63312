import { type Handlers, LocalApiError } from '@sotto/local-api';
import type { Owned } from '../owned.ts';
import { changedPreferences, settingsValue } from '../settings-values.ts';

export function settingsCommands({ client }: Owned): Pick<Handlers, 'settings.read' | 'settings.change'> {
  // One after the other, so that of two changes at once neither is lost.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    'settings.read': async () => settingsValue(await client.preferences()),
    'settings.change': (changes) => {
      const changed = turn.then(async () => {
        const outcome = await client.changePreferences(
          changedPreferences(await client.preferences(), changes),
        );
        if (outcome.outcome === 'changed') return settingsValue(outcome.preferences);
        if (outcome.outcome === 'no-onion') throw noOnion();
        throw new LocalApiError('not-possible', 'the settings do not fit where they are kept');
      });
      turn = changed.catch(() => undefined);
      return changed;
    },
  };
}

function noOnion(): LocalApiError {
  return new LocalApiError(
    'not-possible',
    'there is no account here in a network with storage nodes, through which its relay could be asked',
    'leave relay access at direct',
  );
}
