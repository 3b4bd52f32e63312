import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  formatAccountAttributes,
  parseJson,
  parseRegistrationLockFailure,
  type RegistrationRequest,
} from '@sotto/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { giveNumber } from './_give-number.ts';
import {
  codeFor,
  createNewcomer,
  linking,
  type Newcomer,
  postRegistration,
  putLink,
  registered,
} from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

const DAY = 24 * 60 * 60 * 1000;
const LOCK = toHex(randomBytes(32));

let time = Date.UTC(2026, 10, 1);
let relay: TestRelay;
afterEach(() => relay.dispose());

/** Somebody who has a number: what a lock guards. */
async function withNumber(): Promise<Newcomer> {
  const now = () => time;
  const before = await createTestRelay({ now });
  const owner = await registered(before);
  ({ relay } = await giveNumber(before, owner, { now }));
  return owner;
}

const call = ({ authorization }: Newcomer, verb: string, path: string, json?: unknown) =>
  ask(relay, { verb, path: `/v1/accounts/${path}`, headers: { authorization }, json });
const lock = (owner: Newcomer) => call(owner, 'PUT', 'registration_lock', { registrationLock: LOCK });

/** Somebody who knows the recovery password, and maybe a lock. */
function comeBack(owner: Newcomer, registrationLock?: string) {
  const again = createNewcomer(owner.keys);
  const pni = createNewcomer().request();
  const request: RegistrationRequest = again.request({
    recoveryPassword: owner.recoveryPassword,
    accountAttributes: {
      ...again.request().accountAttributes,
      pniRegistrationId: 7,
      recoveryPassword: owner.recoveryPassword,
      ...(registrationLock !== undefined && { registrationLock }),
    },
    pniIdentityKey: pni.aciIdentityKey,
    pniSignedPreKey: pni.aciSignedPreKey,
    pniPqLastResortPreKey: pni.aciPqLastResortPreKey,
  });
  return { again, post: () => postRegistration(relay, again, request, owner.aciText) };
}

describe('a registration lock', () => {
  it('stops whoever comes without it, and nobody logs in until its owner has come back', async () => {
    const owner = await withNumber();
    expect((await lock(owner)).status).toBe(204);
    const socket = await RawSocket.open(relay, { authorization: owner.authorization });
    const { verificationCode } = await codeFor(relay, owner);
    const refused = await comeBack(owner).post();
    expect(refused.status).toBe(423);
    expect(parseJson(refused.body)).toMatchObject({ svr2Credentials: null });
    const { timeRemaining } = parseRegistrationLockFailure(parseJson(refused.body));
    expect(timeRemaining).toBeGreaterThanOrEqual(7 * DAY);
    expect(timeRemaining).toBeLessThanOrEqual(8 * DAY);
    await until(() => socket.closed !== undefined, 'the socket is closed');
    expect(socket.closed).toBe(4401);
    expect((await call(owner, 'GET', 'whoami')).status).toBe(401);
    expect((await putLink(relay, linking(owner, verificationCode))).status).toBe(403);

    const { again, post } = comeBack(owner, LOCK);
    expect((await post()).status).toBe(200);
    expect((await call(again, 'GET', 'whoami')).status).toBe(200);
    // The lock came with it, and holds again.
    expect((await comeBack(owner).post()).status).toBe(423);
  });

  it('that was guessed wrongly is not to be guessed again with the same recovery password', async () => {
    const owner = await withNumber();
    await lock(owner);
    expect((await comeBack(owner, toHex(randomBytes(32))).post()).status).toBe(423);
    expect((await comeBack(owner, LOCK).post()).status).toBe(403);
  });

  it('lapses when the account was not seen for a week', async () => {
    const owner = await withNumber();
    await lock(owner);
    time += 8 * DAY;
    expect((await comeBack(owner).post()).status).toBe(200);
  });

  it('is put on with the attributes, and taken off with them or by itself', async () => {
    const owner = await withNumber();
    const { accountAttributes } = owner.request();
    const set = (registrationLock: string) =>
      call(owner, 'PUT', 'attributes/', formatAccountAttributes({ ...accountAttributes, registrationLock }));
    expect((await set(LOCK)).status).toBe(204);
    expect((await call(owner, 'DELETE', 'registration_lock')).status).toBe(204);
    expect((await lock(owner)).status).toBe(204);
    expect((await set('')).status).toBe(204);
    const { again, post } = comeBack(owner);
    expect((await post()).status).toBe(200);
    const attributes = formatAccountAttributes({
      ...accountAttributes,
      recoveryPassword: owner.recoveryPassword,
      registrationLock: LOCK,
    });
    expect((await call(again, 'PUT', 'attributes/', attributes)).status).toBe(204);
    expect((await comeBack(owner).post()).status).toBe(423);
  });

  it('is not for an account without a number', async () => {
    relay = await createTestRelay();
    const owner = await registered(relay);
    const { accountAttributes } = owner.request();
    const attributes = formatAccountAttributes({ ...accountAttributes, registrationLock: LOCK });
    expect((await lock(owner)).status).toBe(400);
    expect((await call(owner, 'PUT', 'attributes/', attributes)).status).toBe(400);
    expect((await call(owner, 'DELETE', 'registration_lock')).status).toBe(204);
    expect((await call(owner, 'PUT', 'registration_lock', { registrationLock: 'x' })).status).toBe(422);
  });
});
