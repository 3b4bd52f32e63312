import { PrivateKey } from '@signalapp/libsignal-client';
import { CreateCallLinkCredentialRequestContext } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, toBase64, toBase64Url } from '@sotto/bytes';
import {
  type ChangeNumberRequest,
  decodeFrame,
  encodeFrame,
  formatChangeNumberRequest,
  formatJson,
  formatMessageList,
  NO_HEADERS,
  ProtocolError,
  type ResponseFrame,
} from '@sotto/protocol';
import { WebSocket } from 'ws';
import { fromText } from '../mutate/text.ts';
import { Broken, type Parser, type Target } from '../target.ts';
import { counted } from './kit.ts';
import { sayRaw } from './page-door.ts';
import { accountNamed } from './people.ts';
import { type Answer, mustBeAnswer, readAnswers } from './relay-answers.ts';
import { numberKeys, type World } from './relay-world.ts';
import { LIVE, openRelays } from './relay-worlds.ts';

const JSON_HEADERS = new Map([['content-type', 'application/json']]);
const WORDS = [
  '/v1/messages/',
  '/v2/keys',
  '/v1/accounts/attributes/',
  '/v1/sotto/record/',
  '/v1/sotto/ticket',
  '/v1/certificate/delivery',
  '/v1/devices',
  'GET',
  'PUT',
  'POST',
  'DELETE',
  '?story=false',
  '/*',
  '%',
];
const COVERS = [
  'packages/relay/src/socket/serve-socket.ts',
  'packages/relay/src/http/router.ts',
  'packages/relay/src/http/serve-http.ts',
];
/** Marks the request that follows each input: its answer tells that the input has been dealt with. */
const MARK = 0xfeed_f00dn;

/** A real relay on loopback, asked by its own wire: sockets of nobody and of a device, and plain requests. */
export const relayDoorTargets: readonly Target[] = [
  socketTarget('relay-socket', false),
  socketTarget('relay-socket-device', true),
  {
    name: 'relay-http',
    covers: [
      ...COVERS,
      'packages/relay/src/http/authenticate.ts',
      'packages/relay/src/onion/answer-onion-request.ts',
      'packages/relay/src/blobs/transfers.ts',
      'packages/relay/src/http/read-body.ts',
    ],
    form: 'http',
    refuses: [],
    words: [
      ...WORDS,
      '\r\n',
      'Authorization: Basic ',
      'Transfer-Encoding: chunked\r\n',
      'Content-Length: ',
      'Upgrade: websocket\r\n',
    ],
    slow: true,
    open: async () => {
      const worlds = await openRelays('none');
      const seeds = [
        'GET /v1/sotto/relay',
        'GET /v1/devices',
        'POST /oxen/v4/lsrpc',
        'GET /v1/websocket/',
        `GET /v1/verification/session/${LIVE.sent}`,
        'POST /v1/verification/session',
        'PUT /v2/accounts/number',
        'POST /v1/sotto/ticket',
        `GET /v2/keys/${LIVE.aci}/*`,
        'PUT /v2/keys',
        'POST /upload/attachments',
        'PATCH /upload/attachments/AAAAAAAAAAAAAAAAAAAA',
        'POST /',
        'GET /attachments/AAAAAAAAAAAAAAAAAAAA',
        'HEAD /stickers/aa/full/1',
        'GET /profiles/aa',
      ].map((line) =>
        fromText(
          `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: ${LIVE.authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
        ),
      );
      return {
        seeds,
        read: async (input) => {
          const { world, said } = await worlds.of(input);
          const answers = readAnswers(await sayRaw(world.port, said, isUpgraded));
          world.mustBeWell();
          for (const answer of answers) mustBeAnswer(answer);
          const most = mostRequests(said);
          if (answers.length > most) throw new Broken(`${answers.length} answers to ${most} requests`);
          return answers.some(({ status }) => status < 300) ? 'taken' : 'refused';
        },
        close: worlds.close,
      };
    },
  },
];

function socketTarget(name: string, device: boolean): Target {
  return {
    name,
    covers: [
      ...COVERS,
      'packages/relay/src/calls/accounts.ts',
      'packages/relay/src/calls/call-link-credential.ts',
      'packages/relay/src/calls/challenge.ts',
      'packages/relay/src/calls/devices/link-device.ts',
      'packages/relay/src/calls/devices/name-device.ts',
      'packages/relay/src/calls/devices/provision.ts',
      'packages/relay/src/calls/devices/restore-account.ts',
      'packages/relay/src/calls/devices/set-capabilities.ts',
      'packages/relay/src/calls/devices/transfer-archive.ts',
      'packages/relay/src/calls/messages/report-message.ts',
      'packages/relay/src/calls/discoverability.ts',
      'packages/relay/src/calls/profiles/check-identities.ts',
      'packages/relay/src/calls/profiles/get-profile.ts',
      'packages/relay/src/calls/profiles/set-profile.ts',
      'packages/relay/src/calls/push-tokens.ts',
      'packages/relay/src/calls/registration-lock.ts',
      'packages/relay/src/calls/usernames/confirm-username.ts',
      'packages/relay/src/calls/usernames/link-handle.ts',
      'packages/relay/src/calls/usernames/look-up-username.ts',
      'packages/relay/src/calls/usernames/reserve-username.ts',
      'packages/relay/src/calls/usernames/username-link.ts',
      'packages/relay/src/calls/files/attachment-form.ts',
      'packages/relay/src/calls/files/sticker-pack-form.ts',
      'packages/relay/src/calls/keys.ts',
      'packages/relay/src/calls/registration/register.ts',
      'packages/relay/src/calls/messages/send-message.ts',
      'packages/relay/src/calls/numbers/change-number.ts',
      'packages/relay/src/calls/verification/session-reply.ts',
      'packages/relay/src/calls/verification/session.ts',
      'packages/relay/src/calls/verification/request-code.ts',
      'packages/relay/src/calls/verification/submit-code.ts',
      'packages/relay/src/calls/tickets.ts',
      'packages/relay/src/calls/check-signatures.ts',
    ],
    form: 'protobuf',
    refuses: [],
    words: WORDS,
    slow: true,
    open: async () => {
      const worlds = await openRelays('none');
      const seeds = requests(LIVE.aci).map(([verb, path, json, headers = {}]) =>
        encodeFrame({
          kind: 'request',
          id: 7n,
          verb,
          path,
          headers: new Map([...JSON_HEADERS, ...Object.entries(headers)]),
          body: json === undefined ? counted(0) : formatJson(json),
        }),
      );
      const lines = new Lines(device);
      return {
        seeds: [
          ...seeds,
          encodeFrame({ kind: 'response', id: 1n, status: 200, message: 'OK', headers: NO_HEADERS }),
        ],
        read: async (input) => {
          const { world, said } = await worlds.of(deletesNothing(input));
          const answered = await lines.to(world).say(said);
          world.mustBeWell();
          if (answered === undefined) return 'refused';
          mustBeAnswer(answered);
          return answered.status < 300 ? 'taken' : 'refused';
        },
        close: async () => {
          lines.close();
          await worlds.close();
        },
      } satisfies Parser;
    },
  };
}

/** What clients ask, as they ask it. */
function requests(
  aci: string,
): readonly (readonly [string, string, unknown?, Readonly<Record<string, string>>?])[] {
  const key = {
    keyId: 1,
    publicKey: toBase64(
      asBytes(PrivateKey.deserialize(accountNamed('relay').ratchetSecret).getPublicKey().serialize()),
    ),
  };
  const room = CreateCallLinkCredentialRequestContext.forRoomIdWithRandom(
    counted(32),
    counted(32),
  ).getRequest();
  const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: counted(80) };
  const messages = formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true });
  return [
    ['GET', '/v1/sotto/relay'],
    ['GET', '/v1/keepalive'],
    ['GET', '/v2/config'],
    ['GET', '/v1/devices'],
    ['GET', '/v1/accounts/whoami'],
    ['GET', `/v2/keys/${aci}/*`],
    ['GET', '/v2/keys'],
    ['PUT', '/v2/keys', { preKeys: [key], pqPreKeys: [] }],
    ['POST', '/v2/keys/check', { identityType: 'aci', digest: toBase64(counted(32)) }],
    ['PUT', '/v1/accounts/attributes/', { registrationId: 42, capabilities: { spqr: true } }],
    [
      'POST',
      '/v1/call-link/create-auth',
      { createCallLinkCredentialRequest: toBase64(asBytes(room.serialize())) },
    ],
    ['PUT', `/v1/messages/${aci}?story=false`, messages],
    ['PUT', `/v1/messages/${aci}`, messages, { 'sotto-work': LIVE.work }],
    ['GET', `/v2/keys/${aci}/*`, undefined, { 'sotto-work': LIVE.work }],
    ['GET', '/v4/attachments/form/upload?uploadLength=1000'],
    ['GET', '/v1/sticker/pack/form/2'],
    ['POST', '/v1/sotto/ticket', undefined, { 'sotto-work': LIVE.work }],
    [
      'POST',
      '/v1/login-purchase/receipt_credentials',
      {
        purchaseIdentifier: 'x',
        receiptCredentialRequest: toBase64(counted(97)),
        paymentProvider: 'SOTTO_TICKET',
      },
    ],
    ['GET', `/v1/sotto/record/${aci}`],
    ['PUT', '/v1/sotto/record'],
    ['GET', '/v1/certificate/delivery'],
    ['PUT', '/v1/challenge', { type: 'sottoWork', token: 'AAAA', work: 'v1.1.AAAAAAAAAAAAAAAA' }],
    ['GET', '/v1/devices/provisioning/code'],
    ['PUT', '/v1/devices/link', { verificationCode: 'AAAA' }],
    ['PUT', '/v1/accounts/name?deviceId=1', { deviceName: toBase64(counted(64)) }],
    ['PUT', '/v1/provisioning/AAAAAAAAAAAAAAAAAAAAAA==', { body: toBase64(counted(80)) }],
    ['PUT', '/v1/devices/restore_account/token', { method: 'LOCAL_BACKUP' }],
    ['PUT', '/v1/devices/capabilities', { spqr: true }],
    [
      'PUT',
      '/v1/devices/transfer_archive',
      {
        destinationDeviceId: 1,
        destinationDeviceRegistrationId: 42,
        transferArchive: { cdn: 3, key: 'AAAA' },
      },
    ],
    ['PUT', '/v2/accounts/phone_number_discoverability', { discoverableByPhoneNumber: true }],
    ['PUT', '/v1/accounts/apn', { apnRegistrationId: 'AAAA' }],
    ['PUT', '/v1/accounts/registration_lock', { registrationLock: 'ab'.repeat(32) }],
    ['PUT', '/v1/accounts/username_hash/reserve', { usernameHashes: [toBase64Url(counted(32))] }],
    [
      'PUT',
      '/v1/accounts/username_hash/confirm',
      { usernameHash: toBase64Url(counted(32)), zkProof: toBase64Url(counted(128)) },
    ],
    ['GET', `/v1/accounts/username_hash/${toBase64Url(counted(32))}`],
    ['PUT', '/v1/accounts/username_link', { usernameLinkEncryptedValue: toBase64Url(counted(112)) }],
    ['GET', '/v1/accounts/username_link/01234567-89ab-4def-8123-456789abcdef'],
    [
      'PUT',
      '/v1/profile',
      {
        commitment: toBase64(counted(97)),
        version: 'ab'.repeat(32),
        name: toBase64(counted(81)),
        avatar: false,
        sameAvatar: false,
      },
    ],
    ['GET', `/v1/profile/${aci}`],
    ['GET', `/v1/profile/${aci}/${'ab'.repeat(32)}`],
    ['GET', `/v1/profile/${aci}/${'ab'.repeat(32)}/${'cd'.repeat(329)}?credentialType=expiringProfileKey`],
    [
      'POST',
      '/v1/profile/identity_check/batch',
      { elements: [{ uuid: aci, fingerprint: toBase64(counted(4)) }] },
    ],
    ['POST', `/v1/messages/report/${aci}/01234567-89ab-4def-8123-456789abcdef`],
    ['POST', '/v1/verification/session', { number: '+12060000003' }],
    ['GET', `/v1/verification/session/${LIVE.verified}`],
    ['PATCH', `/v1/verification/session/${LIVE.sent}`, { captcha: 'x' }],
    ['POST', `/v1/verification/session/${LIVE.sent}/code`, { transport: 'sms', client: 'android-ng' }],
    ['PUT', `/v1/verification/session/${LIVE.sent}/code`, { code: LIVE.code }],
    ['PUT', `/v1/verification/session/${LIVE.sent}/code`, { code: '123456' }],
    ['PUT', '/v2/accounts/number', numberChange({ sessionId: LIVE.verified })],
    ['PUT', '/v2/accounts/number', numberChange({ recoveryPassword: counted(32) })],
    ['PUT', '/v2/accounts/phone_number_discoverability', { discoverableByPhoneNumber: false }],
    ['GET', `/v2/keys/PNI:${aci}/1`],
  ];
}

/** What moves the account to the number of the session that was verified. */
function numberChange(proof: Pick<ChangeNumberRequest, 'sessionId' | 'recoveryPassword'>): unknown {
  const { pniIdentityKey, pniSignedPreKey, pniPqLastResortPreKey } = numberKeys();
  return formatChangeNumberRequest({
    ...proof,
    number: LIVE.verifiedNumber,
    pniIdentityKey,
    deviceMessages: [],
    devicePniSignedPrekeys: new Map([[1, pniSignedPreKey]]),
    devicePniPqLastResortPrekeys: new Map([[1, pniPqLastResortPreKey]]),
    pniRegistrationIds: new Map([[1, 43]]),
  });
}

/** Frames follow, for as long as nobody hangs up. */
function isUpgraded(answer: string): boolean {
  return answer.startsWith('HTTP/1.1 101 ') && answer.includes('\r\n\r\n');
}

/** As many requests as it can be: each has a line that ends, and what is none is answered as one. */
function mostRequests(said: Uint8Array): number {
  return said.reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 1);
}

/** The account has to live on: what would delete it is not said. */
function deletesNothing(input: Uint8Array): Uint8Array {
  try {
    const frame = decodeFrame(input);
    if (frame.kind === 'request' && frame.verb === 'DELETE') return encodeFrame({ ...frame, verb: 'DELET' });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return input;
}

/** The request that a frame is, if it wants an answer that cannot be taken for the mark's. */
function requestIn(frame: Uint8Array): bigint | undefined {
  try {
    const { kind, id } = decodeFrame(frame);
    return kind === 'request' && id !== MARK ? id : undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** A socket to each relay. */
class Lines {
  readonly #device: boolean;
  readonly #lines = new Map<World, Line>();

  constructor(device: boolean) {
    this.#device = device;
  }

  to(world: World): Line {
    const line = this.#lines.get(world) ?? new Line(world, this.#device);
    this.#lines.set(world, line);
    return line;
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}

/** One socket, opened again whenever the relay has hung up. */
class Line {
  readonly #world: World;
  readonly #device: boolean;
  #socket: WebSocket | undefined;

  constructor(world: World, device: boolean) {
    this.#world = world;
    this.#device = device;
  }

  /** Say it and wait until it was dealt with; its answer, where there was one. */
  async say(frame: Uint8Array): Promise<Answer | undefined> {
    const socket = this.#socket ?? (await this.#open());
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      const asked = requestIn(frame);
      let answered: Answer | undefined;
      let marked = false;
      const done = (): void => {
        socket.off('message', heard);
        socket.off('close', gone);
        resolve(answered);
      };
      const gone = (): void => {
        this.#socket = undefined;
        done();
      };
      const heard = (data: Buffer): void => {
        const answer = decodeFrame(data);
        if (answer.kind !== 'response') return;
        // Requests of one socket are answered as they are done: the mark may be before what was asked.
        if (answer.id === MARK) marked = true;
        else if (answered !== undefined) reject(new Broken('two answers to one request'));
        else answered = toAnswer(answer);
        if (marked && (asked === undefined || answered !== undefined)) done();
      };
      socket.on('message', heard);
      socket.on('close', gone);
      socket.send(frame);
      socket.send(
        encodeFrame({ kind: 'request', id: MARK, verb: 'GET', path: '/nowhere', headers: NO_HEADERS }),
      );
    });
  }

  close(): void {
    this.#socket?.terminate();
  }

  #open(): Promise<WebSocket> {
    const { port, authorization } = this.#world;
    const headers = this.#device ? { authorization } : {};
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/websocket/`, {
      headers,
      perMessageDeflate: false,
    });
    socket.on('error', () => undefined);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket));
      socket.once('unexpected-response', (_request, response) =>
        reject(new Error(`status ${response.statusCode}`)),
      );
    });
  }
}

function toAnswer({ status, headers, body }: ResponseFrame): Answer {
  return { status, headers, body: Buffer.from(body ?? []).toString('latin1') };
}
