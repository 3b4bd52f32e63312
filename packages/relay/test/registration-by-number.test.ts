import { PATH, parseJson, type RegistrationRequest } from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNewcomer, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { createPhoneRelay, NumberKeys, newNumber, type PhoneRelay, verifiedSession } from './_phone-world.ts';
import { ask, type RawReply } from './_raw-client.ts';
import { createTestRelay } from './_test-relay.ts';

let relay: PhoneRelay;
beforeAll(async () => {
  relay = await createPhoneRelay();
});
afterAll(() => relay.dispose());
/** Sessions are few in a minute. */
beforeEach(() => {
  relay.clock.now += 300_000;
});

/** What a registration says besides when there is a number. */
function withNumber(newcomer: Newcomer, keys = new NumberKeys()): Partial<RegistrationRequest> {
  return {
    accountAttributes: { ...newcomer.request().accountAttributes, pniRegistrationId: 9 },
    pniIdentityKey: keys.publicKey,
    pniSignedPreKey: keys.signedKey(5),
    pniPqLastResortPreKey: keys.kyberKey(6),
  };
}

async function sessionFor(number: string): Promise<string> {
  return (await verifiedSession(relay, number)).sessionId;
}

/** Register a number, with everything in order but for `changes`. */
async function post(newcomer: Newcomer, number: string, changes: object = {}): Promise<RawReply> {
  const sessionId = 'sessionId' in changes ? undefined : await sessionFor(number);
  const request = present(
    newcomer.request({ ...withNumber(newcomer), ...(sessionId && { sessionId }), ...changes }),
  );
  return postRegistration(relay, newcomer, request, number);
}

const whoami = ({ authorization }: Pick<Newcomer, 'authorization'>) =>
  ask(relay, { verb: 'GET', path: PATH.whoami, headers: { authorization } });

describe('registration with a number', () => {
  it('answers with number and PNI, and without what marks an account that has none', async () => {
    const newcomer = createNewcomer();
    const number = newNumber();
    const reply = await post(newcomer, number);
    const body = parseJson(reply.body);
    expect(body).toMatchObject({
      uuid: newcomer.aciText,
      number,
      reregistration: false,
      authCredentialSalt: null,
    });
    const { pni } = body as { pni: string };
    expect(pni).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseJson((await whoami(newcomer)).body)).toMatchObject({
      uuid: newcomer.aciText,
      number: null,
      pni,
    });
  });

  it.each<[string, number, (newcomer: Newcomer) => object]>([
    ['a session that nobody began', 401, () => ({ sessionId: 'c290dG8' })],
    ['what is no session', 422, () => ({ sessionId: 'a.b' })],
    [
      'no keys for the number',
      422,
      () => ({ pniIdentityKey: undefined, pniSignedPreKey: undefined, pniPqLastResortPreKey: undefined }),
    ],
    ['half of the keys', 422, () => ({ pniSignedPreKey: undefined })],
    ['keys of another identity', 422, () => ({ pniSignedPreKey: new NumberKeys().signedKey(5) })],
    ['no second registration ID', 422, (n) => ({ accountAttributes: n.request().accountAttributes })],
  ])('is refused for %s', async (_name, status, change) => {
    const newcomer = createNewcomer();
    const reply = await post(newcomer, newNumber(), change(newcomer));
    expect(reply.status).toBe(status);
  });

  it('is refused before the code was right, and for another number than that', async () => {
    const [number, other] = [newNumber(), newNumber()];
    const { sessionId } = await relay.net().createRegistrationSession({ e164: number });
    expect((await post(createNewcomer(), number, { sessionId })).status).toBe(401);
    expect((await post(createNewcomer(), other, { sessionId: await sessionFor(number) })).status).toBe(400);
  });

  it('needs no recovery password, and none opens the account then', async () => {
    const newcomer = createNewcomer();
    const number = newNumber();
    const { recoveryPassword: _, ...attributes } = {
      ...newcomer.request().accountAttributes,
      pniRegistrationId: 9,
    };
    expect((await post(newcomer, number, { accountAttributes: attributes })).status).toBe(200);
    const again = createNewcomer(newcomer.keys);
    const request = again.request({ ...withNumber(again), recoveryPassword: newcomer.recoveryPassword });
    expect((await postRegistration(relay, again, request, number)).status).toBe(403);
  });

  it('does not give somebody’s account away to who repeats their public key', async () => {
    const owner = await registered(relay);
    const thief = createNewcomer(owner.keys);
    expect((await post(thief, newNumber())).status).toBe(403);
    // Nor is a number that has an account given the key of another.
    const number = newNumber();
    expect((await post(createNewcomer(), number)).status).toBe(200);
    expect((await post(thief, number)).status).toBe(403);
    expect((await whoami(owner)).status).toBe(200);
  });

  it('gives an account a number when its recovery password is known too', async () => {
    const owner = await registered(relay);
    const again = createNewcomer(owner.keys);
    const number = newNumber();
    const accountAttributes = {
      ...again.request().accountAttributes,
      pniRegistrationId: 9,
      recoveryPassword: owner.recoveryPassword,
    };
    const reply = await post(again, number, { accountAttributes });
    expect(parseJson(reply.body)).toMatchObject({ uuid: owner.aciText, number, reregistration: true });
  });

  it('is given once when two with one number register at once', async () => {
    const number = newNumber();
    const sessionId = await sessionFor(number);
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => post(createNewcomer(), number, { sessionId })),
    );
    const answers = replies.map(
      ({ body }) => parseJson(body) as { uuid: string; pni: string; reregistration: boolean },
    );
    expect(answers.map(({ reregistration }) => reregistration).sort()).toEqual([false, true, true, true]);
    expect(new Set(answers.map(({ uuid, pni }) => `${uuid} ${pni}`)).size).toBe(1);
  });

  it('is tried with one number six times, and then every half minute', async () => {
    const number = newNumber();
    const owner = createNewcomer();
    const sessionId = await sessionFor(number);
    const statuses: number[] = [];
    for (let count = 0; count < 7; count++) statuses.push((await post(owner, number, { sessionId })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429]);
  });

  it('is not used up by who cannot prove that the number is theirs', async () => {
    const number = newNumber();
    const owner = createNewcomer();
    const sessionId = await sessionFor(number);
    expect((await post(owner, number, { sessionId })).status).toBe(200);
    const stranger = createNewcomer();
    const guess = stranger.request({ ...withNumber(stranger), recoveryPassword: stranger.recoveryPassword });
    for (let count = 0; count < 8; count++) {
      expect((await post(stranger, number, { sessionId: 'c290dG8' })).status).toBe(401);
      expect((await postRegistration(relay, stranger, guess, number)).status).toBe(403);
    }
    expect((await post(owner, number, { sessionId })).status).toBe(200);
  });

  it('is not possible where numbers do not register', async () => {
    const own = await createTestRelay();
    const newcomer = createNewcomer();
    const request = newcomer.request({ ...withNumber(newcomer), sessionId: 'c290dG8' });
    expect((await postRegistration(own, newcomer, request, newNumber())).status).toBe(400);
    await own.dispose();
  });
});

describe('an account with a number that is brought back by its ACI', () => {
  it('keeps number and PNI, with new keys', async () => {
    const owner = createNewcomer();
    const number = newNumber();
    const { pni } = parseJson((await post(owner, number)).body) as { pni: string };
    const again = createNewcomer(owner.keys);
    const { recoveryPassword } = owner;
    const bare = again.request({ recoveryPassword });
    expect((await postRegistration(relay, again, bare, owner.aciText)).status).toBe(400);
    const request = again.request({ ...withNumber(again), recoveryPassword });
    const reply = await postRegistration(relay, again, request, owner.aciText);
    expect(parseJson(reply.body)).toMatchObject({
      uuid: owner.aciText,
      number: null,
      pni,
      reregistration: true,
    });
    const next = createNewcomer();
    expect(parseJson((await post(next, number)).body)).toMatchObject({ uuid: owner.aciText, pni });
  });

  it('needs its lock', async () => {
    const owner = createNewcomer();
    const lock = '0f'.repeat(32);
    const attributes = (newcomer: Newcomer, registrationLock: string) => ({
      accountAttributes: {
        ...newcomer.request().accountAttributes,
        pniRegistrationId: 9,
        registrationLock,
        recoveryPassword: owner.recoveryPassword,
      },
    });
    expect((await post(owner, newNumber(), attributes(owner, lock))).status).toBe(200);
    const again = createNewcomer(owner.keys);
    const recover = (registrationLock: string) =>
      postRegistration(
        relay,
        again,
        again.request({
          ...withNumber(again),
          ...attributes(again, registrationLock),
          recoveryPassword: owner.recoveryPassword,
        }),
        owner.aciText,
      );
    // The first try is without, and may be followed by another.
    expect((await recover('')).status).toBe(423);
    expect((await whoami(owner)).status).toBe(401);
    expect((await recover(lock)).status).toBe(200);
    expect((await whoami(again)).status).toBe(200);
  });
});

describe('a number that has a registration lock', () => {
  const LOCK = '0f'.repeat(32);
  const lockedBy = (newcomer: Newcomer, registrationLock = LOCK) => ({
    accountAttributes: { ...newcomer.request().accountAttributes, pniRegistrationId: 9, registrationLock },
  });
  const locked = async (number: string) => {
    const owner = createNewcomer();
    expect((await post(owner, number, lockedBy(owner))).status).toBe(200);
    return owner;
  };

  it('is guessed at ten times a day', async () => {
    const number = newNumber();
    await locked(number);
    const sessionId = await sessionFor(number);
    const statuses: number[] = [];
    for (let count = 0; count < 11; count++) {
      relay.clock.now += 30_000;
      const thief = createNewcomer();
      const guess = { sessionId, ...lockedBy(thief, '1f'.repeat(32)) };
      statuses.push((await post(thief, number, guess)).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 423), 429]);
  });

  it('is not kept from its owner by strangers who guess, by number or by ACI', async () => {
    const number = newNumber();
    const owner = await locked(number);
    const stranger = createNewcomer();
    const guess = stranger.request({
      ...withNumber(stranger),
      ...lockedBy(stranger),
      recoveryPassword: stranger.recoveryPassword,
    });
    for (let count = 0; count < 12; count++) {
      relay.clock.now += 30_000;
      expect((await postRegistration(relay, stranger, guess, number)).status).toBe(403);
      expect((await postRegistration(relay, stranger, guess, owner.aciText)).status).toBe(403);
    }
    const again = createNewcomer(owner.keys);
    const { recoveryPassword } = owner;
    const request = again.request({ ...withNumber(again), ...lockedBy(again), recoveryPassword });
    expect((await postRegistration(relay, again, request, owner.aciText)).status).toBe(200);
  });

  it('keeps its recovery password at a first try without the lock, also for a new number', async () => {
    const [owner, number] = [await locked(newNumber()), newNumber()];
    const { recoveryPassword } = owner;
    const sessionId = await sessionFor(number);
    const again = createNewcomer(owner.keys);
    const known = (registrationLock: string) => {
      const { accountAttributes } = lockedBy(again, registrationLock);
      return { accountAttributes: { ...accountAttributes, recoveryPassword } };
    };
    expect((await post(again, number, { sessionId, ...known('') })).status).toBe(423);
    expect((await post(again, number, { sessionId, ...known('') })).status).toBe(423);
    const byAci = again.request({ ...withNumber(again), ...known(LOCK), recoveryPassword });
    expect((await postRegistration(relay, again, byAci, owner.aciText)).status).toBe(200);
  });

  it('is without it when nobody has used it for a week', async () => {
    const number = newNumber();
    await locked(number);
    expect((await post(createNewcomer(), number)).status).toBe(423);
    relay.clock.now += 8 * 86_400_000;
    expect((await post(createNewcomer(), number)).status).toBe(200);
  });
});

/** What is undefined was taken out. */
function present(request: RegistrationRequest): RegistrationRequest {
  const members = Object.entries(request).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as unknown as RegistrationRequest;
}
