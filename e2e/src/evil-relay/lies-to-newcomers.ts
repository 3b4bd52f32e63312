import { asBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { PATH, type RequestFrame, type ResponseFrame } from '@sotto/protocol';
import { expect } from 'vitest';
import { forgeRecord, ghostOf, recordOf } from '../evil/forge-record.ts';
import type { Lie, LieGroup } from '../evil/lie.ts';
import { NotCreated } from '../evil/person.ts';
import { stateOf } from '../evil/ratchet-of.ts';
import { isInfo, isKeyCount, isKeyUpload, isRecord, isRecordUpload, json } from './frames.ts';
import { ADDRESS, type RelayWorld } from './relay-world.ts';

const parsed = ({ body }: ResponseFrame): Record<string, unknown> =>
  JSON.parse(Buffer.from(body ?? new Uint8Array(0)).toString('utf8')) as Record<string, unknown>;

/** Somebody makes an account, and it must not seem to have been made. */
function enrolment(
  name: string,
  tells: string,
  outcome: string,
  lie: {
    readonly about: (ask: RequestFrame) => boolean;
    readonly answer: (answer: ResponseFrame, nth: number) => Partial<ResponseFrame> | undefined;
  },
): Lie<RelayWorld> {
  return {
    ...{ name, tells },
    must: 'make no account, and say so',
    told: { kind: 'outcome', outcome },
    async act(world) {
      let asked = 0;
      world.lie(
        { answer: (answer, ask) => (lie.about(ask) ? lie.answer(answer, asked++) : undefined) },
        ADDRESS.newcomer,
      );
      const made = await world.newcomer().catch((error: unknown) => {
        if (error instanceof NotCreated) return error.outcome;
        throw error;
      });
      expect(made).toBe(outcome);
    },
  };
}

/** What the relay shows an owner of their own account. */
function ownRecord(
  name: string,
  tells: string,
  must: string,
  lie: (world: RelayWorld) => Promise<{ readonly show: Partial<ResponseFrame>; readonly published: boolean }>,
): Lie<RelayWorld> {
  return {
    ...{ name, tells, must, told: { kind: 'nothing' } },
    async act(world) {
      const { alice } = world;
      const before = await stateOf(alice);
      const { show, published } = await lie(world);
      let uploads = 0;
      const tally = world.lie({
        ask(ask) {
          if (isRecordUpload(ask)) uploads++;
          return isRecord(ask) ? show : undefined;
        },
      });
      await alice.restart();
      await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(0);
      if (published) await expect.poll(() => uploads, { timeout: 10_000 }).toBeGreaterThan(0);
      // One that seems to be newer is looked at twice; what was believed of it shows in what is sent then.
      else await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(1);
      await (await world.chats.say(alice, world.bob)).until('sent');
      expect((await stateOf(alice)).record).toEqual(before.record);
      expect((await alice.client.status()).replaced).toBe(false);
    },
  };
}

const AGAIN = 'publish the record once more, and go on';

export const liesToNewcomers: LieGroup<RelayWorld> = {
  title: 'One’s own account',
  lies: [
    enrolment('account of another name', 'registers the account under another ACI', 'rejected', {
      about: ({ path }) => path === PATH.registration,
      answer: (answer) => json({ ...parsed(answer), uuid: '00000000-0000-8000-8000-000000000000' }),
    }),
    enrolment(
      'registered without an answer',
      'says that it has registered the account, in a body that is none',
      'rejected',
      {
        about: ({ path }) => path === PATH.registration,
        answer: () => ({ body: randomBytes(40) }),
      },
    ),
    enrolment(
      'parameters of one’s own',
      'has other public parameters on the second connection, by which it would know the ticket again',
      'rejected',
      {
        about: isInfo,
        answer: (answer, nth) =>
          nth === 0
            ? undefined
            : json({ ...parsed(answer), zk_public_params: Buffer.from(randomBytes(673)).toString('base64') }),
      },
    ),
    enrolment('false credential', 'gives a credential that does not hold', 'rejected', {
      about: ({ path }) => path === PATH.receiptCredentials,
      answer: (answer) => {
        const body = parsed(answer);
        const credential = Buffer.from(String(body['receiptCredentialResponse']), 'base64');
        credential[credential.length >> 1] = (credential[credential.length >> 1] ?? 0) ^ 1;
        return json({ ...body, receiptCredentialResponse: credential.toString('base64') });
      },
    }),
    enrolment('invite that is not needed', 'says that it takes nobody without an invite', 'needs-invite', {
      about: isInfo,
      answer: (answer) => json({ ...parsed(answer), registration: 'invite' }),
    }),
    enrolment('price of an account', 'asks a newcomer for the work of a thousand years', 'unreachable', {
      about: isInfo,
      answer: (answer) => json({ ...parsed(answer), work_bits: { ticket: 60, keys: 1, request: 1 } }),
    }),
    ownRecord('own record that is gone', 'says that it has no record of this account', AGAIN, async () => ({
      show: { status: 404 },
      published: true,
    })),
    ownRecord(
      'own record of another',
      'shows the record of somebody else for one’s own',
      AGAIN,
      async ({ bob }) => ({
        show: { body: (await recordOf(bob)).bytes },
        published: true,
      }),
    ),
    ownRecord(
      'own record with a ghost device',
      'shows a next record of this account that none of its devices has signed',
      'not believe it, and go on as before',
      async ({ alice, clock }) => {
        const [device] = (await recordOf(alice)).record.devices;
        if (device === undefined) throw new Error('alice has no device');
        const ghost = ghostOf(device, 2);
        const body = await forgeRecord(alice, {
          now: clock.now(),
          change: (next) => ({ ...next, devices: [ghost.device] }),
          signer: () => ({ kind: 'device', device: 2, secret: ghost.secret }),
        });
        return { show: { body }, published: false };
      },
    ),
    {
      name: 'own record that is never taken',
      tells: 'has lost the record and refuses it each time',
      must: 'try again, and say that the record is not published',
      told: { kind: 'outcome', outcome: 'not published yet' },
      async act(world) {
        const { alice } = world;
        const tally = world.lie({
          ask: (ask) => (isRecord(ask) ? { status: 404 } : isRecordUpload(ask) ? { status: 500 } : undefined),
        });
        await alice.restart();
        await expect
          .poll(async () => (await alice.client.status()).recordPending, { timeout: 10_000 })
          .toBe(true);
        await expect.poll(() => tally.told).toBeGreaterThan(1);
      },
    },
    {
      name: 'no keys left',
      tells: 'says each time that no one-time key is left',
      must: 'hand in one batch at a look, and not make the store grow',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice } = world;
        let uploads = 0;
        const tally = world.lie({
          answer: (_, ask) => (isKeyCount(ask) ? json({ count: 0, pqCount: 0 }) : undefined),
          ask(ask) {
            if (isKeyUpload(ask)) uploads++;
            return undefined;
          },
        });
        await alice.restart();
        await expect.poll(() => uploads, { timeout: 10_000 }).toBeGreaterThan(0);
        const looks = tally.told;
        const kept = (await alice.store.ratchet.keys('pre-key')).length;
        await alice.restart();
        await expect.poll(() => uploads, { timeout: 10_000 }).toBeGreaterThan(1);
        const grown = (await alice.store.ratchet.keys('pre-key')).length - kept;
        expect(grown).toBeLessThanOrEqual(100 * (tally.told - looks));
        expect(uploads).toBeLessThanOrEqual(tally.told);
      },
    },
    {
      name: 'garbage for the count of keys',
      tells: 'answers the question how many keys are left with garbage',
      must: 'go on as if it had not answered',
      told: { kind: 'nothing' },
      async act(world) {
        const { alice } = world;
        const tally = world.lie({
          answer: (_, ask) => (isKeyCount(ask) ? { body: asBytes(Buffer.from('{"count":-1}')) } : undefined),
        });
        await alice.restart();
        await expect.poll(() => tally.told, { timeout: 10_000 }).toBeGreaterThan(0);
      },
    },
  ],
};
