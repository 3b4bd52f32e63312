import type { Net } from '@signalapp/libsignal-client';
import {
  CallLinkSecretParams,
  CreateCallLinkCredentialRequestContext,
  CreateCallLinkCredentialResponse,
  GenericServerPublicParams,
  GenericServerSecretParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { type Bytes, Secret, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  formatCallLinkCredentialRequest,
  formatJson,
  parseCallingRelays,
  parseDatedCredential,
  parseJson,
  parseRelayInfo,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSecrets } from '../src/secrets/relay-secrets.ts';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { get } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';

const DAY = 24 * 60 * 60;
const TODAY = Math.floor(Date.now() / 1000 / DAY) * DAY;
const NOON = new Date((TODAY + DAY / 2) * 1000);
const NOTHING = new Uint8Array();

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld({
    now: () => NOON.getTime(),
    turn: { urls: ['turn:turn.example:3478'], secret: new Secret(utf8('shared with coturn')) },
  });
});
afterAll(() => world.dispose());

const create = (chat: Net.ChatConnection, body: unknown) =>
  chat.fetch({
    verb: 'POST',
    path: '/v1/call-link/create-auth',
    headers: JSON_HEADERS,
    body: formatJson(body),
  });
const requestOf = (bytes: Bytes) =>
  formatCallLinkCredentialRequest({ createCallLinkCredentialRequest: bytes });

describe('the credential to make a link of a call', () => {
  it('is issued for a room that the relay does not see, and makes that room on that day', async () => {
    const person = await world.newPerson();
    const [aci, chat] = [serviceIdOf(person), await world.connect(person, new MailListener())];
    const { genericPublicParams = NOTHING } = parseRelayInfo(await get(chat, '/v1/sotto/relay'));
    const params = new GenericServerPublicParams(genericPublicParams);
    const room = randomBytes(32);
    const context = CreateCallLinkCredentialRequestContext.forRoomId(room);
    const { status, body } = await create(chat, requestOf(context.getRequest().serialize()));
    expect(status).toBe(200);
    const { credential, redemptionTime } = parseDatedCredential(parseJson(body ?? NOTHING));
    expect(redemptionTime).toBe(TODAY);

    const received = context.receive(new CreateCallLinkCredentialResponse(credential), aci, params);
    const link = CallLinkSecretParams.deriveFromRootKey(randomBytes(16));
    const shown = received.present(room, aci, params, link);
    // As the server of calls does, which has the same secret.
    const secret = new GenericServerSecretParams(
      loadSecrets(world.relay.data)?.genericParams?.expose() ?? NOTHING,
    );
    const verify = (one: Bytes, at: Date) => () => shown.verify(one, secret, link.getPublicParams(), at);
    expect(verify(room, NOON)).not.toThrow();
    expect(verify(randomBytes(32), NOON)).toThrow();
    expect(verify(room, new Date(NOON.getTime() + 3 * DAY * 1000))).toThrow();
    await chat.disconnect();
  });

  it('is refused for a request that is none, and to nobody in particular', async () => {
    const chat = await world.connect(await world.newPerson(), new MailListener());
    const right = requestOf(
      CreateCallLinkCredentialRequestContext.forRoomId(randomBytes(32)).getRequest().serialize(),
    );
    const statuses = [
      await create(chat, requestOf(randomBytes(40))),
      await create(chat, {}),
      await create(world.anonymous, right),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 422, 401]);
    await chat.disconnect();
  });
});

describe('servers that relay calls', () => {
  it('are named to accounts, with a password for half a day', async () => {
    const chat = await world.connect(await world.newPerson(), new MailListener());
    const { relays } = parseCallingRelays(await get(chat, '/v2/calling/relays'));
    expect(relays).toMatchObject([{ urls: ['turn:turn.example:3478'], ttl: 43_200 }]);
    await chat.disconnect();
  });
});
