import { ErrorCode } from '@signalapp/libsignal-client';
import { parseJson } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import {
  createPhoneRelay,
  NumberKeys,
  newNumber,
  numberArguments,
  type PhoneRelay,
  registeredByNumber,
  verifiedSession,
} from './_phone-world.ts';
import { ask, basic } from './_raw-client.ts';

let relay: PhoneRelay;
beforeAll(async () => {
  relay = await createPhoneRelay();
});
afterAll(() => relay.dispose());

const connect = (person: Person) =>
  relay.net().connectAuthenticatedChat(person.username, person.password, false, new MailListener());

describe('Signal’s client stack', () => {
  it('goes from a number to an account without a captcha', async () => {
    const number = newNumber();
    const service = await relay.net().createRegistrationSession({ e164: number });
    expect(service.sessionState).toMatchObject({
      allowedToRequestCode: true,
      verified: false,
      nextSmsSecs: 0,
    });
    expect([...service.sessionState.requestedInformation]).toEqual([]);
    expect(service.sessionState.nextCallSecs).toBeUndefined();
    await service.requestVerification({ transport: 'sms', client: 'sotto-test', languages: ['de'] });
    expect(service.sessionState).toMatchObject({
      nextSmsSecs: 60,
      nextCallSecs: 0,
      nextVerificationAttemptSecs: 0,
    });
    expect(await service.verifySession('000')).toBe(false);
    expect(await service.verifySession(relay.codeFor(number))).toBe(true);

    const person = new Person();
    const answer = await service.registerAccount(numberArguments(person, new NumberKeys()));
    expect(answer.aci.getServiceIdString()).toBe(person.aci);
    expect([answer.number, answer.reregistration, answer.authCredentialSalt]).toEqual([number, false, null]);
    const chat = await connect(person);
    const whoami = await chat.fetch({ verb: 'GET', path: '/v1/accounts/whoami', headers: [] });
    const pni = answer.pni?.getServiceIdString().replace('PNI:', '');
    expect(parseJson(whoami.body ?? new Uint8Array())).toMatchObject({ uuid: person.aci, number: null, pni });
    await chat.disconnect();
  });

  it('need not answer a captcha, and may', async () => {
    const service = await relay.net().createRegistrationSession({ e164: newNumber() });
    expect(await service.submitCaptcha('signal-hcaptcha.not.looked.at')).toMatchObject({
      allowedToRequestCode: true,
    });
    expect(service.sessionState).toMatchObject({ allowedToRequestCode: true, verified: false });
  });

  it('resumes a session, and cannot resume one that is not there', async () => {
    const number = newNumber();
    const { sessionId } = await verifiedSession(relay, number);
    const resumed = await relay.net().resumeRegistrationSession({ sessionId, e164: number });
    expect(resumed.sessionState.verified).toBe(true);
    const other = relay.net().resumeRegistrationSession({ sessionId: 'c290dG8', e164: number });
    await expect(other).rejects.toMatchObject({ code: ErrorCode.RegistrationSessionNotFound });
  });

  it('is told to wait before the next code, and that there is nothing to call before a message was tried', async () => {
    const service = await relay.net().createRegistrationSession({ e164: newNumber() });
    const send = (transport: 'sms' | 'voice') =>
      service.requestVerification({ transport, client: 'sotto-test', languages: [] });
    await expect(send('voice')).rejects.toThrow();
    await send('sms');
    await expect(send('sms')).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfterSecs: 60 });
    await send('voice');
  });

  it('registers a number again with a new key: the account stays, its devices do not', async () => {
    const first = await registeredByNumber(relay);
    const again = await registeredByNumber(relay, new Person(), first.number);
    expect(again.answer.reregistration).toBe(true);
    expect(again.answer.aci.getServiceIdString()).toBe(first.person.aci);
    expect([again.pni, again.answer.number]).toEqual([first.pni, first.number]);
    await expect(connect(first.person)).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
    const reply = await ask(relay, {
      verb: 'GET',
      path: '/v1/accounts/whoami',
      headers: { authorization: basic(first.person.aci, again.person.password) },
    });
    expect(reply.status).toBe(200);
    // Only a hash of the number is anywhere.
    const rows = JSON.stringify(readLedger({ data: relay.data, aci: first.person.aci }));
    expect(rows).not.toContain(first.number);
  });

  it('brings a number’s account back for its recovery password alone', async () => {
    const { person, number, pni } = await registeredByNumber(relay);
    const restored = new Person({ ...person, registrationId: 77 });
    const reregister = (who: Person) =>
      relay.net().reregisterAccount({ ...numberArguments(who, new NumberKeys()), e164: number });
    const refused = { code: ErrorCode.RegistrationRecoveryVerificationFailed };
    await expect(reregister(new Person())).rejects.toMatchObject(refused);
    const answer = await reregister(restored);
    expect([answer.aci.getServiceIdString(), answer.number]).toEqual([person.aci, number]);
    expect([answer.pni?.getServiceIdString(), answer.reregistration]).toEqual([`PNI:${pni}`, true]);
  });

  it('says that a former device could hand over, and goes on without', async () => {
    const number = newNumber();
    const transfers = { capabilities: new Set(['spqr', 'transfer']) };
    const first = await verifiedSession(relay, number);
    await first.registerAccount(numberArguments(new Person(), new NumberKeys(), transfers));
    const second = await verifiedSession(relay, number);
    const request = numberArguments(new Person(), new NumberKeys());
    const asks = second.registerAccount({ ...request, skipDeviceTransfer: false });
    await expect(asks).rejects.toMatchObject({
      code: ErrorCode.RegistrationDeviceTransferPossibleNotSkipped,
    });
    expect((await second.registerAccount(request)).reregistration).toBe(true);
  });

  it('needs the lock of a number that has one, whose devices are out until then', async () => {
    const number = newNumber();
    const lock = 'ab'.repeat(32);
    const owner = new Person();
    const first = await verifiedSession(relay, number);
    await first.registerAccount(numberArguments(owner, new NumberKeys(), { registrationLock: lock }));
    const thief = await verifiedSession(relay, number);
    const locked = { code: ErrorCode.RegistrationLock };
    for (const registrationLock of [null, 'cd'.repeat(32)]) {
      const request = numberArguments(new Person(), new NumberKeys(), { registrationLock });
      await expect(thief.registerAccount(request)).rejects.toMatchObject(locked);
    }
    await expect(connect(owner)).rejects.toMatchObject({ code: ErrorCode.DeviceDelinked });
    const back = await verifiedSession(relay, number);
    const request = numberArguments(owner, new NumberKeys(), { registrationLock: lock });
    expect((await back.registerAccount(request)).reregistration).toBe(true);
    await (await connect(owner)).disconnect();
  });

  it('still registers without a number, for an invite', async () => {
    const person = new Person();
    const answer = await person.register(relay.net(), await relay.presentation());
    expect([answer.number, answer.pni]).toEqual([null, null]);
  });
});
