import { createClient } from '@sotto/client';
import { createMemoryNetwork, createMemoryStore, createPlainRatchetEngine } from '@sotto/client/testing';
import { formatNetwork } from '@sotto/identity';
import { expect, it } from 'vitest';
import type { Owned } from '../owned.ts';
import { systemClock, systemRandom } from '../system.ts';
import { accountCommands } from './account.ts';

const NETWORK = formatNetwork({ relay: { url: 'https://relay.example' } });

it('asks nobody anything when an account is erased here only', async () => {
  const network = createMemoryNetwork({ clock: systemClock, random: systemRandom });
  const store = createMemoryStore();
  const build = () =>
    createClient({
      store,
      engine: createPlainRatchetEngine(systemRandom),
      makeRoads: () => [network.makeRoad()],
      clock: systemClock,
      random: systemRandom,
      log: () => undefined,
    });
  const first = build();
  await first.start();
  const made = await first.createAccount({ name: 'Alice', network: NETWORK });
  expect(made.outcome).toBe('created');
  await first.close();

  const client = build();
  const asked = network.asked.length;
  let retired = false;
  const owned: Pick<Owned, 'client' | 'openRoads' | 'retire'> = {
    client,
    openRoads: () => client.start(),
    retire: () => {
      retired = true;
    },
  };
  const erase = accountCommands(owned as Owned)['account.delete'];
  const caller = { signal: new AbortController().signal, emit: () => undefined, onEnd: () => undefined };
  expect(await erase({ force: false, here_only: true }, caller)).toEqual({});
  await client.close();
  expect(network.asked.slice(asked)).toEqual([]);
  expect([retired, await store.account(), network.accounts.size]).toEqual([true, undefined, 1]);
});
