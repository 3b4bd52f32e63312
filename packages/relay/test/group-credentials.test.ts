import { Aci, Pni } from '@signalapp/libsignal-client';
import {
  AuthCredentialWithPniResponse,
  CallLinkAuthCredentialResponse,
  CallLinkSecretParams,
  ClientZkAuthOperations,
  GenericServerPublicParams,
  GenericServerSecretParams,
  GroupMasterKey,
  GroupSecretParams,
  ServerPublicParams,
  ServerSecretParams,
  ServerZkAuthOperations,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  type DatedCredential,
  type GroupCredentials,
  parseGroupCredentials,
  parseIdentityResponse,
  parseJson,
  parseRelayInfo,
} from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecrets } from '../src/secrets/relay-secrets.ts';
import { giveNumber } from './_give-number.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

const DAY = 86_400;
const TODAY = Math.floor(Date.now() / 1000 / DAY) * DAY;
/** It is noon all the time. */
const NOON = new Date((TODAY + DAY / 2) * 1000);
const clock = { now: () => NOON.getTime() };

let relay: TestRelay;
beforeEach(async () => {
  relay = await createTestRelay(clock);
});
afterEach(() => relay.dispose());

const get = (path: string, { authorization }: Newcomer) =>
  ask(relay, { verb: 'GET', path, headers: { authorization } });
const range = (start: number | string, end: number | string) =>
  `/v1/certificate/auth/group?redemptionStartSeconds=${start}&redemptionEndSeconds=${end}`;

async function credentialsOf(owner: Newcomer): Promise<GroupCredentials> {
  const { status, body } = await get(range(TODAY, TODAY + DAY), owner);
  expect(status).toBe(200);
  return parseGroupCredentials(parseJson(body));
}

/** What clients know of the relay, and what it alone has. */
async function paramsOf() {
  const { body } = await ask(relay, { verb: 'GET', path: '/v1/sotto/relay' });
  const info = parseRelayInfo(parseJson(body));
  const secrets = loadSecrets(relay.data);
  return {
    public: new ServerPublicParams(info.zkPublicParams),
    genericPublic: new GenericServerPublicParams(info.genericPublicParams ?? new Uint8Array()),
    server: new ServerZkAuthOperations(
      new ServerSecretParams(secrets?.zkParams.expose() ?? new Uint8Array()),
    ),
    generic: new GenericServerSecretParams(secrets?.genericParams?.expose() ?? new Uint8Array()),
  };
}

const first = (credentials: readonly DatedCredential[]): DatedCredential =>
  credentials[0] ?? { credential: new Uint8Array(), redemptionTime: 0 };

/** Show it for a group; the server sees a member of that group, and not who. */
async function presents(
  receive: (
    client: ClientZkAuthOperations,
  ) => Parameters<ClientZkAuthOperations['createAuthCredentialWithPniPresentation']>[1],
): Promise<void> {
  const params = await paramsOf();
  const client = new ClientZkAuthOperations(params.public);
  const group = GroupSecretParams.deriveFromMasterKey(new GroupMasterKey(randomBytes(32)));
  const presentation = client.createAuthCredentialWithPniPresentation(group, receive(client));
  params.server.verifyAuthCredentialPresentation(group.getPublicParams(), presentation, NOON);
  const tomorrow = new Date(NOON.getTime() + 3 * DAY * 1000);
  expect(() =>
    params.server.verifyAuthCredentialPresentation(group.getPublicParams(), presentation, tomorrow),
  ).toThrow();
}

describe('credentials for groups', () => {
  it('are received and shown by an account without a number', async () => {
    const owner = await registered(relay);
    const { credentials, pni } = await credentialsOf(owner);
    expect([credentials.length, pni]).toEqual([2, undefined]);
    const whoami = parseIdentityResponse(parseJson((await get('/v1/accounts/whoami', owner)).body));
    const salt = whoami.authCredentialSalt as Bytes;
    const { credential, redemptionTime } = first(credentials);
    await presents((client) =>
      client.receiveAuthCredentialWithoutPni(
        Aci.fromUuidBytes(owner.aci),
        salt,
        redemptionTime,
        new AuthCredentialWithPniResponse(credential),
      ),
    );
  });

  it('are received and shown by an account with a number', async () => {
    const owner = await registered(relay);
    const given = await giveNumber(relay, owner, clock);
    relay = given.relay;
    const answer = await credentialsOf(owner);
    const pni = Pni.fromUuidBytes(given.pni);
    expect(`PNI:${answer.pni}`).toBe(pni.getServiceIdString());
    const { credential, redemptionTime } = first(answer.credentials);
    await presents((client) =>
      client.receiveAuthCredentialWithPniAsServiceId(
        Aci.fromUuidBytes(owner.aci),
        pni,
        redemptionTime,
        new AuthCredentialWithPniResponse(credential),
      ),
    );
  });

  it('come with such for links of calls, of parameters that stay', async () => {
    const owner = await registered(relay);
    const { callLinkAuthCredentials } = await credentialsOf(owner);
    const { credential, redemptionTime } = first(callLinkAuthCredentials);
    relay = await relay.restart();
    const params = await paramsOf();
    const aci = Aci.fromUuidBytes(owner.aci);
    const received = new CallLinkAuthCredentialResponse(credential).receive(
      aci,
      redemptionTime,
      params.genericPublic,
    );
    const link = CallLinkSecretParams.deriveFromRootKey(randomBytes(16));
    const presentation = received.present(aci, redemptionTime, params.genericPublic, link);
    presentation.verify(params.generic, link.getPublicParams(), NOON);
  });

  it('are issued twenty times, and then not for a minute', async () => {
    const owner = await registered(relay);
    const replies = await Promise.all(Array.from({ length: 21 }, () => get(range(TODAY, TODAY), owner)));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.sort()).toEqual([...Array(20).fill(200), 429]);
  });

  it.each<[string, number | string, number | string, number]>([
    ['a week and a day', TODAY, TODAY + 7 * DAY, 200],
    ['yesterday', TODAY - DAY, TODAY - DAY, 200],
    ['more than that', TODAY, TODAY + 8 * DAY, 400],
    ['a week that is too far away', TODAY + 2 * DAY, TODAY + 9 * DAY, 400],
    ['the day before yesterday', TODAY - 2 * DAY, TODAY, 400],
    ['an end before its beginning', TODAY + DAY, TODAY, 400],
    ['a time that is no day', TODAY + 1, TODAY + DAY, 400],
    ['a time that is no number', 'today', 'tomorrow', 400],
  ])('for %s', async (_name, start, end, status) => {
    const owner = await registered(relay);
    const reply = await get(range(start, end), owner);
    expect(reply.status).toBe(status);
    if (status !== 200) return;
    const { credentials, callLinkAuthCredentials } = parseGroupCredentials(parseJson(reply.body));
    const days = (Number(end) - Number(start)) / DAY + 1;
    expect([credentials.length, callLinkAuthCredentials.length]).toEqual([days, days]);
    expect(credentials.map(({ redemptionTime }) => redemptionTime)).toEqual(
      Array.from({ length: days }, (_, index) => Number(start) + index * DAY),
    );
  });
});
