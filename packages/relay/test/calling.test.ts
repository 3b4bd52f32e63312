import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { asBytes, Secret, toBase64, utf8 } from '@sotto/bytes';
import { parseCallingRelays, parseJson } from '@sotto/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { RelayError } from '../src/errors.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

const HALF_DAY = 12 * 60 * 60 * 1000;

let relay: TestRelay | undefined;
afterEach(async () => {
  await relay?.dispose();
  relay = undefined;
});

const askForTurn = ({ authorization }: Pick<Newcomer, 'authorization'>) =>
  ask(relay as TestRelay, { verb: 'GET', path: '/v2/calling/relays', headers: { authorization } });

/** A port that was free for both UDP and TCP a moment ago. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  socket.close();
  return isFree ? port : freePort();
}

describe('calls', () => {
  it('are given the operator’s TURN servers, with a password for half a day that names nobody', async () => {
    const secret = utf8('shared with coturn');
    const urls = ['turn:turn.example:3478?transport=udp'];
    let time = HALF_DAY * Math.floor(Date.now() / HALF_DAY);
    relay = await createTestRelay({ turn: { urls, secret: new Secret(secret) }, now: () => time });
    const alice = await registered(relay);
    const { relays } = parseCallingRelays(parseJson((await askForTurn(alice)).body));
    const [turn] = relays;
    expect(turn).toMatchObject({ urls, ttl: 43_200 });
    const hmac = createHmac('sha1', secret)
      .update(utf8(turn?.username ?? ''))
      .digest();
    expect(turn?.password).toBe(toBase64(asBytes(hmac)));
    const [ends] = turn?.username.split(':') ?? [];
    expect(Number(ends)).toBe(time / 1000 + 43_200);
    // By the other half of the name a TURN server counts what an account uses; it is the account's for half a day.
    const userOf = async (who: Newcomer) =>
      parseCallingRelays(parseJson((await askForTurn(who)).body)).relays[0]?.username.split(':')[1];
    const user = await userOf(alice);
    expect(user).toMatch(/^[0-9a-f]{16}$/);
    expect(await userOf(alice)).toBe(user);
    expect(await userOf(await registered(relay))).not.toBe(user);
    time += HALF_DAY;
    expect(await userOf(alice)).not.toBe(user);
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

  describe('through coturn, which the relay runs,', () => {
    let time = HALF_DAY * Math.floor(Date.now() / HALF_DAY);
    async function withCoturn(tries = 3): Promise<{ readonly port: number; readonly alice: Newcomer }> {
      const port = await freePort();
      const turn = { listen: { host: '127.0.0.1', port }, mediaPorts: { first: 20_000, last: 20_100 } };
      try {
        relay = await createTestRelay({ turn, now: () => time });
      } catch (error) {
        // Somebody else on this machine may take the port before coturn does.
        if (tries > 1 && error instanceof RelayError && error.code === 'no-coturn')
          return withCoturn(tries - 1);
        throw error;
      }
      return { port, alice: await registered(relay) };
    }

    const credentialsOf = async (who: Newcomer) =>
      parseCallingRelays(parseJson((await askForTurn(who)).body)).relays[0];

    /** What coturn's own client says of some clients that send five messages each; each of them has two allocations. */
    function sends(port: number, username: string, password: string, clients = 1): string {
      const line = ['-u', username, '-w', password, '-p', String(port), '-n', '5', '-m', String(clients)];
      const { stdout, stderr } = spawnSync('turnutils_uclient', [...line, '-y', '-X', '-c', '127.0.0.1'], {
        encoding: 'utf8',
        timeout: 20_000,
      });
      return `${stdout}${stderr}`;
    }

    it('have the password and no other', async () => {
      const { port, alice } = await withCoturn();
      const turn = await credentialsOf(alice);
      expect(turn?.urls).toEqual([
        `turn:127.0.0.1:${port}?transport=udp`,
        `turn:127.0.0.1:${port}?transport=tcp`,
      ]);
      expect(sends(port, turn?.username ?? '', turn?.password ?? '')).toMatch(
        /tot_send_msgs=10, tot_recv_msgs=10/,
      );
      expect(sends(port, turn?.username ?? '', 'wrong')).not.toMatch(/tot_recv_msgs=10/);
    });

    it('have no more than a few ports of one account, also with several passwords', async () => {
      const { port, alice } = await withCoturn();
      const sendsAs = async (who: Newcomer, clients: number) => {
        const turn = await credentialsOf(who);
        return sends(port, turn?.username ?? '', turn?.password ?? '', clients);
      };
      const seen: string[] = [];
      // A client that ends may give its ports back before the next one asks.
      for (let tries = 0; tries < 5 && !/Allocation Quota Reached/.test(seen.at(-1) ?? ''); tries++) {
        expect(await sendsAs(alice, 12)).toMatch(/Allocation Quota Reached/);
        time += 1_000;
        seen.push(await sendsAs(alice, 1));
      }
      expect(seen.at(-1)).toMatch(/Allocation Quota Reached/);
      expect(await sendsAs(await registered(relay as TestRelay), 1)).toMatch(/tot_recv_msgs=10/);
    });

    it('do not begin where somebody else has the port', async () => {
      const other = createServer();
      const port = await new Promise<number>((resolve) => {
        other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port));
      });
      const start = createTestRelay({ turn: { listen: { host: '127.0.0.1', port } } });
      await expect(start).rejects.toMatchObject({ code: 'no-coturn' });
      other.close();
    });
  });
});
