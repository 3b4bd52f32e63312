import { ErrorCode, KEMPublicKey, Pni, PreKeyBundle, PublicKey } from '@signalapp/libsignal-client';
import { concatBytes, fromHex, toBase64, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  ENVELOPE_TYPE,
  encodeServiceId,
  formatCheckKeys,
  formatMessageList,
  formatSetKeys,
  PATH,
  type PreKeyResponse,
  parseJson,
  parsePreKeyResponse,
  parseUuid,
  type SetKeys,
  type WireSignedPreKey,
} from '@sotto/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailListener } from './_mail-listener.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import type { Person } from './_person.ts';
import {
  createPhoneRelay,
  NumberKeys,
  type PhoneRelay,
  type RegisteredByNumber,
  registeredByNumber,
} from './_phone-world.ts';
import { ask, type RawRequest } from './_raw-client.ts';

let relay: PhoneRelay;
let bob: RegisteredByNumber;
let stranger: Newcomer;
beforeAll(async () => {
  relay = await createPhoneRelay();
  bob = await registeredByNumber(relay);
  stranger = await registered(relay);
});
afterAll(() => relay.dispose());
/** Prekey fetches are few in ten minutes. */
beforeEach(() => {
  relay.clock.now += 3_600_000;
});

const as = ({ authorization }: Pick<Newcomer, 'authorization'>, request: RawRequest) =>
  ask(relay, { ...request, headers: { ...request.headers, authorization } });

const put = (who: Pick<Newcomer, 'authorization'>, keys: Partial<SetKeys>, identity = 'pni') =>
  as(who, {
    verb: 'PUT',
    path: `${PATH.keys}?identity=${identity}`,
    json: formatSetKeys({ preKeys: [], pqPreKeys: [], ...keys }),
  });

const count = async (who: Pick<Newcomer, 'authorization'>, identity: string) =>
  parseJson((await as(who, { verb: 'GET', path: `${PATH.keys}?identity=${identity}` })).body);

function digestOf(identityKey: Uint8Array, signed: WireSignedPreKey, kyber: WireSignedPreKey) {
  const id = ({ keyId }: WireSignedPreKey) => fromHex(keyId.toString(16).padStart(16, '0'));
  return sha256(concatBytes(identityKey, id(signed), signed.publicKey, id(kyber), kyber.publicKey));
}

describe('the keys of a number', () => {
  it('are put, counted and compared apart from those of the account', async () => {
    const { person, numberKeys } = await registeredByNumber(relay);
    const [signedPreKey, pqLastResortPreKey] = [numberKeys.signedKey(21), numberKeys.kyberKey(22)];
    const preKeys = [{ keyId: 1, publicKey: new NumberKeys().publicKey }];
    const pqPreKeys = [numberKeys.kyberKey(1), numberKeys.kyberKey(2)];
    expect((await put(person, { signedPreKey, pqLastResortPreKey, preKeys, pqPreKeys })).status).toBe(200);
    expect([await count(person, 'pni'), await count(person, 'aci')]).toEqual([
      { count: 1, pqCount: 2 },
      { count: 0, pqCount: 0 },
    ]);
    const check = async (digest: ReturnType<typeof digestOf>, identityType: 'aci' | 'pni') =>
      (
        await as(person, {
          verb: 'POST',
          path: PATH.checkKeys,
          json: formatCheckKeys({ identityType, digest }),
        })
      ).status;
    const digest = digestOf(numberKeys.publicKey, signedPreKey, pqLastResortPreKey);
    expect([await check(digest, 'pni'), await check(digest, 'aci')]).toEqual([200, 409]);
    // Signed by another identity: the account's is no better than anybody's.
    const signature = person.identity.sign(signedPreKey.publicKey);
    expect((await put(person, { signedPreKey: { ...signedPreKey, signature } })).status).toBe(422);
    expect((await put(person, { signedPreKey }, 'aci')).status).toBe(422);
    expect((await put(person, { signedPreKey }, 'pin')).status).toBe(400);
  });

  it('are none of an account without a number', async () => {
    const { numberKeys } = bob;
    const json = formatCheckKeys({ identityType: 'pni', digest: sha256(utf8('x')) });
    const replies = [
      await put(stranger, { signedPreKey: numberKeys.signedKey(1) }),
      await as(stranger, { verb: 'GET', path: `${PATH.keys}?identity=pni` }),
      await as(stranger, { verb: 'POST', path: PATH.checkKeys, json }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400]);
  });

  it('are given to accounts, and taken one by one', async () => {
    const { person, numberKeys, pni } = await registeredByNumber(relay);
    await put(person, { pqPreKeys: [numberKeys.kyberKey(31)], preKeys: [] });
    const fetch = () => as(stranger, { verb: 'GET', path: PATH.keysOf(`PNI:${pni}`, '*') });
    const [first, second] = [await fetch(), await fetch()].map(({ body }) =>
      parsePreKeyResponse(parseJson(body)),
    );
    expect(first?.identityKey).toEqual(numberKeys.publicKey);
    expect(first?.devices).toHaveLength(1);
    expect(first?.devices[0]).toMatchObject({ deviceId: 1, registrationId: 4_711, pqPreKey: { keyId: 31 } });
    expect(second?.devices[0]).toMatchObject({ signedPreKey: { keyId: 1 }, pqPreKey: { keyId: 2 } });
  });

  it('are given to nobody who does not say who they are, and not under another name', async () => {
    const { person, pni } = bob;
    const fetch = async (name: string, headers: Record<string, string>) =>
      (await ask(relay, { verb: 'GET', path: PATH.keysOf(name, '*'), headers })).status;
    const accessKey = { 'unidentified-access-key': toBase64(person.accessKey) };
    const work = async (text: string) => ({
      'sotto-work': await relay.work('keys', parseUuid(text), relay.clock.now),
    });
    expect(await fetch(`PNI:${pni}`, accessKey)).toBe(401);
    expect(await fetch(`PNI:${pni}`, await work(pni))).toBe(401);
    expect(await fetch(`PNI:${person.aci}`, accessKey)).toBe(401);
    expect(await fetch(person.aci, accessKey)).toBe(200);
    const { authorization } = stranger;
    expect(await fetch(`PNI:${person.aci}`, { authorization })).toBe(404);
    expect(await fetch(pni, { authorization })).toBe(404);
    expect(await fetch(`PNI:${pni}`, { authorization })).toBe(200);
  });
});

describe('messages to a number', () => {
  const connect = (person: Person, listener: MailListener) =>
    relay.net().connectAuthenticatedChat(person.username, person.password, false, listener);

  it('are encrypted, sent and receipted under its name', async () => {
    const { person: alice } = await registeredByNumber(relay);
    const [aliceMail, bobMail] = [new MailListener(200), new MailListener(200)];
    const [aliceChat, bobChat] = [await connect(alice, aliceMail), await connect(bob.person, bobMail)];
    const { body } = await aliceChat.fetch({
      verb: 'GET',
      path: PATH.keysOf(`PNI:${bob.pni}`, 1),
      headers: [],
    });
    const bundle = bundleOf(parsePreKeyResponse(parseJson(body ?? new Uint8Array())));
    const contents = await alice.encrypt(bob.numberKeys, 'is this still your number?', bundle);
    const send = (registrationId: number, destination = Pni.parseFromServiceIdString(`PNI:${bob.pni}`)) =>
      aliceChat.sendMessage({
        destination,
        timestamp: 1_700_000_000_003,
        contents: [{ deviceId: 1, registrationId, contents }],
        onlineOnly: false,
        urgent: true,
      });
    await expect(send(bob.person.registrationId)).rejects.toMatchObject({
      code: ErrorCode.MismatchedDevices,
    });
    await expect(send(4_711, Pni.fromUuid(bob.person.aci))).rejects.toMatchObject({
      code: ErrorCode.ServiceIdNotFound,
    });
    await send(4_711);
    await bobMail.messages(1);
    const address = encodeServiceId({ kind: 'pni', uuid: parseUuid(bob.pni) });
    expect(bobMail.pushes[0]?.envelope).toMatchObject({
      type: ENVELOPE_TYPE.preKey,
      destination: address,
      source: { aci: parseUuid(alice.aci), device: 1 },
    });
    const received = bobMail.pushes[0]?.envelope.content ?? new Uint8Array();
    expect(await bob.numberKeys.decryptFirst(alice, received)).toBe('is this still your number?');
    // The sender does not learn whose number it is.
    await aliceMail.messages(1);
    expect(aliceMail.pushes[0]?.envelope).toMatchObject({
      type: ENVELOPE_TYPE.deliveryReceipt,
      source: { aci: address, device: 1 },
    });
    await Promise.all([aliceChat.disconnect(), bobChat.disconnect()]);
  });

  const list = (destinationRegistrationId = 4_711) =>
    formatMessageList({
      messages: [{ type: 6, destinationDeviceId: 1, destinationRegistrationId, content: utf8('x') }],
      timestamp: 1,
      online: false,
      urgent: true,
    });

  it('are refused without an account, and from oneself', async () => {
    const call = { verb: 'PUT', path: PATH.messagesTo(`PNI:${bob.pni}`), json: list() };
    const key = { 'unidentified-access-key': toBase64(bob.person.accessKey) };
    const work = { 'sotto-work': await relay.work('request', parseUuid(bob.pni), relay.clock.now) };
    for (const headers of [key, work, {}]) expect((await ask(relay, { ...call, headers })).status).toBe(401);
    expect((await as(bob.person, call)).status).toBe(403);
    expect((await as(stranger, { ...call, json: list(4_712) })).status).toBe(410);
    expect((await as(stranger, call)).status).toBe(200);
  });

  it('tell that it has an account, as its ACI does', async () => {
    const exists = async (name: string) =>
      (await ask(relay, { verb: 'HEAD', path: PATH.account(name) })).status;
    const { pni, person } = bob;
    expect([await exists(`PNI:${pni}`), await exists(person.aci)]).toEqual([200, 200]);
    expect([await exists(pni), await exists(`PNI:${person.aci}`)]).toEqual([404, 404]);
  });
});

/** What libsignal begins a session from. */
function bundleOf({ identityKey, devices }: PreKeyResponse): PreKeyBundle {
  const [device] = devices;
  if (device === undefined) throw new Error('no device has keys');
  const { deviceId, registrationId, signedPreKey: signed, pqPreKey: kyber } = device;
  return PreKeyBundle.new(
    registrationId,
    deviceId,
    null,
    null,
    signed.keyId,
    PublicKey.deserialize(signed.publicKey),
    signed.signature,
    PublicKey.deserialize(identityKey),
    kyber.keyId,
    KEMPublicKey.deserialize(kyber.publicKey),
    kyber.signature,
  );
}
