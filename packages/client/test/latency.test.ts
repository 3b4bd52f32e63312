import { expect, it } from 'vitest';
import type { ClientEvent, Collector } from '../src/index.ts';
import { createMemoryStore } from '../src/testing.ts';
import { createWorld, NETWORK } from './world.ts';

it('shows the last round trip of a road while that is up, and moves nothing for it', async () => {
  const world = createWorld(401);
  const events: ClientEvent[] = [];
  let collector: Collector | undefined;
  const { client } = world.build(createMemoryStore(), events, {
    pave: (road) => ({
      ...road,
      start(credentials, taken) {
        collector = taken;
        road.start(credentials, taken);
      },
    }),
  });
  await client.start();
  const making = client.createAccount({ name: 'Ada', network: NETWORK });
  await world.pass(15_000);
  await making;
  const latency = async () => (await client.status()).roads[0]?.latency;
  expect(await latency()).toBeUndefined();
  collector?.measured?.(42);
  expect(await latency()).toBe(42);
  expect(events.at(-1)).toMatchObject({ event: 'road', status: { state: 'up', drained: true, latency: 42 } });
  world.network.setDown(true);
  await world.pass(10);
  expect(await latency()).toBeUndefined();
  collector?.measured?.(43);
  expect(await latency()).toBeUndefined();
  await client.close();
});
