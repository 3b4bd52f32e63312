import { openNatsBus } from '@sotto/bus';
import { type Bytes, Secret, toHex } from '@sotto/bytes';
import { hmacSha256, randomBytes } from '@sotto/crypto';
import { type NatsServer, startNats } from '@sotto/test-servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinOthers } from '../src/shared/join-others.ts';
import { Connections } from '../src/socket/connections.ts';
import type { RelayStore } from '../src/store/relay-store.ts';
import { connect, openSharedWorld, type SharedWorld } from './_shared-world.ts';
import { until } from './_test-relay.ts';

const key = new Secret<Bytes>(randomBytes(32));

let nats: NatsServer;
let world: SharedWorld;
let closers: (() => Promise<void>)[];
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());
beforeEach(() => {
  world = openSharedWorld();
  closers = [];
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers) await close();
  await world.close();
});

function join(store: Pick<RelayStore, 'read'> = world.store): Connections {
  const connections = new Connections();
  const joined = joinOthers({ bus: nats.url, key, connections, ...world, store: store as RelayStore });
  closers.push(() => joined.close());
  return connections;
}

/** Bells of `from` are heard: until one has been, it may have been rung to nobody. */
async function hears(
  from: Connections,
  { happened }: ReturnType<typeof connect>,
  account: Bytes,
  device = 1,
) {
  await vi.waitFor(() => {
    from.wake({ account, device });
    expect(happened).toContain('wake');
  }, 10_000);
}

describe('a process of a relay', () => {
  it('closes nobody who has connected while it asked who is let in', async () => {
    const { aci, login } = await world.register();
    /** What holds back the answers of the database. */
    const answers: (() => void)[] = [];
    const slow: Pick<RelayStore, 'read'> = {
      read: async (work) => {
        const answer = await world.store.read(work);
        if (answer instanceof Map) await new Promise<void>((resolve) => answers.push(resolve));
        return answer;
      },
    };
    const [here, there] = [join(slow), join()];
    const one = connect(here, { aci, login });
    await hears(there, one, aci);
    const before = answers.length;
    there.revoke(aci, 9);
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(before), 10_000);
    const two = connect(here, { aci, device: 2, login: await world.link(aci, 2) });
    for (const answer of answers) answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect([...one.happened, ...two.happened].filter((what) => what !== 'wake')).toEqual([]);
  });

  it('keeps the newest socket of a device, however late it hears of an older one', async () => {
    const { aci, login } = await world.register();
    const [here, there] = [join(), join()];
    const first = connect(here, { aci, login });
    const other = connect(here, { aci, device: 2, login: await world.link(aci, 2) });
    await hears(there, first, aci);
    const second = connect(there, { aci, login, order: 2 });
    first.leave();
    const third = connect(here, { aci, login, order: 3 });
    await vi.waitFor(() => expect(second.happened).toContain('closed 4409'), 10_000);
    // Bells of one process come in their order: by this one, all that it has rung before has been heard.
    other.happened.length = 0;
    await hears(there, other, aci, 2);
    expect(third.happened).not.toContain('closed 4409');
  });

  it('hears no bell that the bus has made up', async () => {
    const { aci, login } = await world.register();
    const [here, there] = [join(), join()];
    const one = connect(here, { aci, login, order: 1 });
    await hears(there, one, aci);
    const bus = openNatsBus({ url: nats.url });
    closers.push(() => bus.close());
    const subject = toHex(hmacSha256(key.expose(), aci).subarray(0, 16));
    const heard: Bytes[] = [];
    bus.subscribe(subject, (payload) => heard.push(payload));
    await vi.waitFor(() => {
      there.wake({ account: aci, device: 1 });
      expect(heard).not.toEqual([]);
    }, 10_000);
    // "The device has connected elsewhere, after all others": with a tag of another bell, without one, and with no sense.
    const [bell] = heard as [Bytes];
    const forged = bell.slice();
    forged[0] = 2;
    forged.fill(0x7f, 10, 18);
    for (const payload of [forged, forged.subarray(0, 18), new Uint8Array(forged.length)]) {
      bus.publish(subject, payload);
    }
    one.happened.length = 0;
    bus.publish(subject, bell);
    await vi.waitFor(() => expect(one.happened).not.toEqual([]), 10_000);
    expect(new Set(one.happened)).toEqual(new Set(['wake']));
  });

  it('looks for what it has not heard as soon as the bus is there', async () => {
    await nats.kill();
    // Of the looks that come by themselves there is none.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { aci, login } = await world.register();
    const { happened } = connect(join(), { aci, login });
    await world.mailFor(aci);
    expect(happened).toEqual([]);
    await nats.start();
    await until(() => happened.length > 0, 'it has looked', 20_000);
    expect(happened).toEqual(['mail']);
  });
});
