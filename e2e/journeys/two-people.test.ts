import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receive } from '../src/receive.ts';
import { finish, runSotto, sottoJson, startSotto } from '../src/run-sotto.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

function send(from: Person, to: string, text: string): Promise<Record<string, unknown>> {
  return sottoJson(['send', '--profile', from.profile, '--to', to, '--', text]);
}

describe('two people and a relay', () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
    bob = await world.person('bob');
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  it('carries a request, an acceptance and texts both ways', async () => {
    const hello = randomText();
    const sent = await send(alice, bob.account, hello);
    expect(sent).toMatchObject({ to: bob.account, road: 'relay', state: 'sent' });

    const [request, ...more] = await receive(bob);
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      event: 'message',
      id: sent['id'],
      from: alice.account,
      from_name: alice.name,
      to: bob.account,
      text: hello,
      road: 'relay',
      sent_at: sent['sent_at'],
      request: true,
    });

    const accepted = await runSotto(['contacts', 'accept', alice.account, '--profile', bob.profile]);
    expect(accepted.code, accepted.stderr).toBe(0);
    const answer = randomText();
    await send(bob, alice.name, answer);
    const back = await receive(alice);
    expect(back.map((message) => message['text'])).toEqual([answer]);
    expect(back[0]).toMatchObject({ from: bob.account, from_name: bob.name, request: false });

    const later = randomText();
    await send(alice, bob.name, later);
    const [next] = await receive(bob);
    expect(next).toMatchObject({ text: later, request: false });
  });

  it('prints a message once, however often it is asked', async () => {
    const text = randomText();
    await send(alice, bob.account, text);
    expect((await receive(bob)).map((message) => message['text'])).toEqual([text]);
    expect(await receive(bob, 1)).toEqual([]);
  });

  it('keeps what cannot be carried now and carries it when the relay is back', async () => {
    await world.relay.stop('SIGKILL');
    const text = randomText();
    const queued = await runSotto([
      ...['send', '--profile', alice.profile, '--to', bob.account, '--timeout', '2', '--json', text],
    ]);
    expect(queued.code).toBe(3);
    expect(JSON.parse(queued.stdout)).toMatchObject({ state: 'queued', road: null });
    await world.restartRelay();
    // Any command that opens the profile carries what waits.
    await receive(alice, 5);
    expect((await receive(bob)).map((message) => message['text'])).toEqual([text]);
  });

  it('shows nothing of a blocked contact and tells them nothing', async () => {
    const eve = await world.person('eve');
    await send(eve, bob.account, randomText());
    expect(await receive(bob)).toHaveLength(1);
    expect((await runSotto(['contacts', 'block', eve.account, '--profile', bob.profile])).code).toBe(0);
    await send(eve, bob.account, randomText());
    expect(await receive(bob, 3)).toEqual([]);
    expect(await receive(eve, 3)).toEqual([]);
  });

  it('lets a restored account talk to the same people again', async () => {
    const shown = await sottoJson(['account', 'show', '--phrase', '--profile', alice.profile]);
    const words = String(shown['phrase']);
    const relay = String(world.relay.ready['url']);
    const profile = `${alice.profile}-restored`;
    const restored = await sottoJson(
      ['account', 'restore', '--profile', profile, '--name', alice.name, '--relay', relay],
      { stdin: `${words}\n` },
    );
    expect(restored['account_id']).toBe(alice.account);
    const again = { ...alice, profile };
    alice = again;
    const text = randomText();
    await send(again, bob.account, text);
    expect((await receive(bob)).map((message) => message['text'])).toEqual([text]);
    const reply = randomText();
    await send(bob, alice.account, reply);
    expect((await receive(again)).map((message) => message['text'])).toContain(reply);
  });

  it('ends a relay on SIGTERM with 0 and a follower on SIGINT with 0', async () => {
    const follower = startSotto(['receive', '--profile', bob.profile, '--follow', '--json']);
    const followed = finish(follower);
    const text = randomText();
    const printed = new Promise<void>((resolve) => {
      follower.stdout?.on('data', (chunk: string) => {
        if (chunk.includes(text)) resolve();
      });
    });
    await send(alice, bob.account, text);
    await printed;
    follower.kill('SIGINT');
    expect((await followed).code).toBe(0);
    expect(await world.relay.stop('SIGTERM')).toBe(0);
    await world.restartRelay();
  });
});
