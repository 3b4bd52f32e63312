import { ErrorCode } from '@signalapp/libsignal-client';
import { BackupKey } from '@signalapp/libsignal-client/dist/AccountKeys.js';
import { randomBytes } from '@sotto/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackupAuth } from './_backup-auth.ts';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { Person } from './_person.ts';
import { createPhoneRelay, newNumber } from './_phone-world.ts';
import { spokenHttp } from './_test-relay.ts';

/** What a relay has not (docs/spec/relay.md, Left out), as the official client reports it: an error, and at once. */

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

const credentials = { username: 'somebody', password: 'by a relay that gives none' };
const failure = (message: string, code = ErrorCode.IoError) => ({
  code,
  message: expect.stringContaining(message),
});

describe('services beside a relay', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'who has which number',
      () => world.net.cdsiLookup(credentials, { e164s: [newNumber()], acisAndAccessKeys: [] }),
    ],
    ['a master key by PIN', () => world.net.svr2(credentials).restore(randomBytes(32))],
    ['forgetting it', () => world.net.svr2(credentials).delete()],
    [
      'keys of backups',
      () => {
        const [service, key] = [world.net.svrB(credentials), BackupKey.generateRandom()];
        return service.store(key, service.createNewBackupChain(key));
      },
    ],
    ['forgetting them', () => world.net.svrB(credentials).remove()],
  ])('are not there: %s', async (_name, ask) => {
    await expect(ask()).rejects.toMatchObject(failure('404'));
  });

  it('give no credentials, and none is judged', async () => {
    const phone = await createPhoneRelay();
    const service = await phone.net().createRegistrationSession({ e164: newNumber() });
    const judged = service.checkSvr2Credentials(['somebody:password']);
    await expect(judged).rejects.toMatchObject(failure('404', ErrorCode.Generic));
    await phone.dispose();
  });
});

describe('key transparency', () => {
  const nothing = {
    getLastDistinguishedTreeHead: async () => null,
    setLastDistinguishedTreeHead: async () => undefined,
    getAccountData: async () => null,
    setAccountData: async () => undefined,
  };

  it('is not asked of a local server by the official client, which says so', async () => {
    const person = new Person();
    const aciInfo = { aci: serviceIdOf(person), identityKey: person.identity.getPublicKey() };
    const check = async () =>
      world.anonymous.keyTransparencyClient().check({ mode: 'contact', aciInfo }, nothing);
    await expect(check()).rejects.toThrow('KeyTransparency is not supported on local test server');
  });
});

describe('backups', () => {
  it('get no room by either form of the call', async () => {
    const request = { auth: createBackupAuth(await world.newPerson()), uploadSize: 10 };
    const refused = failure(spokenHttp() === 2 ? 'Unimplemented' : '404');
    await expect(world.anonymous.getUploadForm(request)).rejects.toMatchObject(refused);
    await expect(world.anonymous.getMediaUploadForm(request)).rejects.toMatchObject(refused);
  });
});

describe('a path that is left out', () => {
  it.each([
    ['GET', '/v2/directory/auth'],
    ['GET', '/v2/svr/auth'],
    ['POST', '/v2/svr/auth/check'],
    ['POST', '/v2/backup/auth/check'],
    ['GET', '/v1/storage/auth'],
    ['GET', '/v1/archives'],
    ['GET', '/v1/archives/auth'],
    ['GET', '/v1/archives/auth/svrb'],
    ['GET', '/v1/archives/media/upload/form'],
    ['POST', '/v1/key-transparency/search'],
    ['GET', '/v1/key-transparency/distinguished'],
    ['POST', '/v1/key-transparency/monitor'],
    ['GET', '/v1/payments/conversions'],
    ['GET', '/v1/subscription/configuration'],
    ['POST', '/v1/donation/redeem-receipt'],
    ['GET', '/v1/devicecheck/attest'],
    ['PUT', '/v1/call_quality_survey'],
    ['POST', '/v1/challenge/push'],
    ['GET', '/v2/groups'],
  ])('is not there: %s %s', async (verb, path) => {
    const chat = await world.connect(await world.newPerson(), new MailListener());
    for (const connection of [chat, world.anonymous]) {
      const { status, body } = await connection.fetch({ verb, path, headers: [] });
      expect([status, body]).toEqual([404, undefined]);
    }
    await chat.disconnect();
  });
});
