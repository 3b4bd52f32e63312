import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lookAround } from '../src/shared/look-around.ts';
import { Connections } from '../src/socket/connections.ts';
import { removeDevice } from '../src/store/devices.ts';
import { connect, openSharedWorld, type SharedWorld } from './_shared-world.ts';

let world: SharedWorld;
let connections: Connections;
beforeEach(() => {
  world = openSharedWorld();
  connections = new Connections();
});
afterEach(() => world.close());

it('closes who is not let in any more, and tells who has mail', async () => {
  const { aci, login } = await world.register();
  const gone = await world.link(aci, 2);
  const [one, two] = [
    connect(connections, { aci, login }),
    connect(connections, { aci, device: 2, login: gone }),
  ];
  await world.mailFor(aci);
  await world.store.write(() => removeDevice({ aci, device: 2 }));
  const look = lookAround({ connections, ...world });
  look.soon();
  await vi.waitFor(() => expect(two.happened).toEqual(['closed 4401']));
  expect(one.happened).toEqual(['mail']);
  look.stop();
});

it('closes nobody who has connected while it asked', async () => {
  const { aci, login } = await world.register();
  const former = connect(connections, { aci, login });
  let newcomer: ReturnType<typeof connect> | undefined;
  const store: Pick<SharedWorld['store'], 'read'> = {
    read: async (work) => {
      const answer = await world.store.read(work);
      if (!(answer instanceof Map)) return answer;
      // The device is another's by the time that the answer is there.
      await world.store.write(() => removeDevice({ aci, device: 1 }));
      newcomer = connect(connections, { aci, login: await world.link(aci, 1), order: 2 });
      return new Map() as typeof answer;
    },
  };
  const look = lookAround({ connections, mailbox: world.mailbox, store, events: world.events });
  look.soon();
  await vi.waitFor(() => expect(newcomer).toBeDefined());
  await new Promise((resolve) => setImmediate(resolve));
  expect(former.happened).toEqual(['closed 4409']);
  expect(newcomer?.happened).toEqual([]);
  look.stop();
});
