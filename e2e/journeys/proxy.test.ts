import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectProxy, startConnectProxy } from '../src/connect-proxy.ts';
import { startUntilReady } from '../src/long-running.ts';
import { refusal } from '../src/refusal.ts';
import { finish, runSotto, sottoJson, startSotto } from '../src/run-sotto.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

/** `--proxy` (DESIGN §1.4): everything that a client dials goes through it, and nothing goes around it. */

describe('a client with a proxy', () => {
  let world: World;
  let proxy: ConnectProxy;
  let bob: Person;
  const at = (label: string) => ['--profile', join(world.dir, label)];
  const relayAddress = () => new URL(String(world.relay.ready['url'])).host;
  const invite = async () => {
    const made = await sottoJson(['relay', 'invite', '--data', join(world.dir, 'relay')]);
    return String(made['invite']);
  };

  beforeAll(async () => {
    world = await createWorld();
    proxy = await startConnectProxy();
    bob = await world.person('bob');
    await sottoJson([
      ...['account', 'create', ...at('alice'), '--name', 'Alice', '--invite', await invite()],
      ...['--proxy', proxy.url],
    ]);
  });
  afterAll(async () => {
    await proxy?.close();
    await world?.close();
  });

  it('goes to the relay through it, from the first packet on', async () => {
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(new Set(proxy.asked)).toEqual(new Set([relayAddress()]));
    const before = proxy.asked.length;
    const text = randomText();
    const sent = await runSotto(['send', ...at('alice'), '--to', bob.account, '--json', text], {
      env: { SOTTO_PROXY: proxy.url },
    });
    expect(sent.code, sent.stderr).toBe(0);
    expect(proxy.asked.length).toBeGreaterThan(before);
    const doctor = await runSotto(['doctor', ...at('alice'), '--proxy', proxy.url, '--json']);
    expect(doctor.code, doctor.stdout).toBe(0);
    expect(doctor.stdout).not.toContain('"clock"');
  });

  it('reaches nobody when the proxy does not answer, although the relay would', async () => {
    const dead = ['--proxy', 'socks5://127.0.0.1:1'];
    const sent = await runSotto(
      ['send', ...at('alice'), '--to', bob.account, '--timeout', '2', '--json', ...dead, 'x'],
      {},
    );
    expect(sent.code, sent.stderr).toBe(3);
    const create = ['account', 'create', ...at('carol'), '--invite', await invite(), ...dead];
    expect(await refusal(create)).toEqual({ code: 1, error: 'unreachable' });
  });

  it('refuses what is no proxy before anything is dialled or made', async () => {
    const before = proxy.asked.length;
    for (const url of ['ftp://127.0.0.1:1', '127.0.0.1:9050', 'socks5://']) {
      const receive = ['receive', ...at('alice'), '--proxy', url];
      expect(await refusal(receive)).toEqual({ code: 2, error: 'bad-proxy' });
    }
    expect(proxy.asked.length).toBe(before);
  });

  it('leaves a daemon that dials another way, and takes one that dials the same', async () => {
    const plain = await startUntilReady(['daemon', ...at('alice')]);
    const send = ['send', ...at('alice'), '--to', bob.account];
    try {
      expect(await refusal([...send, '--proxy', proxy.url, 'x'])).toEqual({ code: 1, error: 'other-proxy' });
      expect(await sottoJson([...send, randomText()])).toMatchObject({ state: 'sent' });
    } finally {
      await plain.stop('SIGTERM');
    }
    const proxied = await startUntilReady(['daemon', ...at('alice'), '--proxy', proxy.url]);
    try {
      for (const flags of [[], ['--proxy', proxy.url]]) {
        expect(await sottoJson([...send, ...flags, randomText()])).toMatchObject({ state: 'sent' });
      }
      const other = await refusal([...send, '--proxy', 'socks5://127.0.0.1:1', 'x']);
      expect(other).toEqual({ code: 1, error: 'other-proxy' });
    } finally {
      await proxied.stop('SIGTERM');
    }
  });

  it('waits for a command that dials another way to end, and then dials its own', async () => {
    const receiving = startSotto(['receive', ...at('alice'), '--follow', '--events', '--json']);
    const ended = finish(receiving);
    // It tells of its road once it owns the profile.
    await new Promise((resolve) => receiving.stdout?.once('data', resolve));
    const before = proxy.asked.length;
    const send = ['send', ...at('alice'), '--to', bob.account, '--proxy', proxy.url];
    const sending = sottoJson([...send, randomText()]);
    setTimeout(() => receiving.kill('SIGTERM'), 1000);
    expect(await sending).toMatchObject({ state: 'sent' });
    expect((await ended).code).toBe(0);
    expect(proxy.asked.length).toBeGreaterThan(before);
  });
});
