import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { asBytes, Secret, toBase64, utf8 } from '@sotto/bytes';
import { parseCallingRelays, parseJson } from '@sotto/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay | undefined;
afterEach(async () => {
  await relay?.dispose();
  relay = undefined;
});

const askForTurn = ({ authorization }: Pick<Newcomer, 'authorization'>) =>
  ask(relay as TestRelay, { verb: 'GET', path: '/v2/calling/relays', headers: { authorization } });

/** A port of UDP that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

describe('calls', () => {
  it('are given the operator’s TURN servers, with a password for half a day that names nobody', async () => {
    const secret = utf8('shared with coturn');
    const urls = ['turn:turn.example:3478?transport=udp'];
    relay = await createTestRelay({ turn: { urls, secret: new Secret(secret) } });
    const alice = await registered(relay);
    const { relays } = parseCallingRelays(parseJson((await askForTurn(alice)).body));
    const [turn] = relays;
    expect(turn).toMatchObject({ urls, ttl: 43_200 });
    const hmac = createHmac('sha1', secret)
      .update(utf8(turn?.username ?? ''))
      .digest();
    expect(turn?.password).toBe(toBase64(asBytes(hmac)));
    const [ends] = turn?.username.split(':') ?? [];
    expect(Number(ends) - Date.now() / 1000).toBeGreaterThan(43_000);
    const again = parseCallingRelays(parseJson((await askForTurn(alice)).body));
    expect(again.relays[0]?.username).not.toBe(turn?.username);
  });

  it('have none where there is none, and nobody gets any without an account, or too many', async () => {
    relay = await createTestRelay();
    const alice = await registered(relay);
    expect(parseCallingRelays(parseJson((await askForTurn(alice)).body))).toEqual({ relays: [] });
    expect((await askForTurn({ authorization: 'Basic bm9ib2R5Om5vYm9keQ==' })).status).toBe(401);
    const statuses = await Promise.all(
      Array.from({ length: 110 }, async () => (await askForTurn(alice)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(99);
    expect(statuses.filter((status) => status === 429)).toHaveLength(11);
  });

  it('go through coturn, which the relay runs, with the password and with no other', async () => {
    const port = await freePort();
    const listen = { host: '127.0.0.1', port };
    relay = await createTestRelay({ turn: { listen, mediaPorts: { first: 20_000, last: 20_100 } } });
    const alice = await registered(relay);
    const [turn] = parseCallingRelays(parseJson((await askForTurn(alice)).body)).relays;
    expect(turn?.urls).toEqual([
      `turn:127.0.0.1:${port}?transport=udp`,
      `turn:127.0.0.1:${port}?transport=tcp`,
    ]);
    const sends = (password: string) =>
      spawnSync(
        'turnutils_uclient',
        [
          '-u',
          turn?.username ?? '',
          '-w',
          password,
          '-p',
          String(port),
          '-n',
          '5',
          '-y',
          '-X',
          '-c',
          '127.0.0.1',
        ],
        { encoding: 'utf8', timeout: 20_000 },
      );
    const good = sends(turn?.password ?? '');
    expect(`${good.stdout}${good.stderr}`).toMatch(/tot_send_msgs=10, tot_recv_msgs=10/);
    const bad = sends('wrong');
    expect(`${bad.stdout}${bad.stderr}`).not.toMatch(/tot_recv_msgs=10/);
  });
});
