import { type ClientHttp2Session, connect } from 'node:http2';
import { type Bytes, concatBytes } from '@sotto/bytes';
import {
  CHAT_API,
  type ChatMethod,
  type ChatSchema,
  chatMethodPath,
  decodeChatMessage,
  decodeGrpcBody,
  encodeChatMessage,
  encodeGrpcBody,
  formatGrpcRefusal,
  GRPC_STATUS,
  IdentityType,
  ProtocolError,
  parseGrpcDetails,
  parseUuid,
  SendMessageType,
} from '@sotto/protocol';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeExact, mustBeStable } from './kit.ts';
import { openRelay, type World } from './relay-world.ts';

/** Every call with one request, by the byte before an input. The account has to live on. */
const METHODS: readonly ChatMethod<ChatSchema, ChatSchema>[] = Object.values(CHAT_API)
  .flatMap(({ methods }) => methods)
  .filter((method) => method.methodKind === 'unary')
  .filter(({ name }) => name !== 'DeleteAccount') as ChatMethod<ChatSchema, ChatSchema>[];

function methodOf(input: Uint8Array): ChatMethod<ChatSchema, ChatSchema> {
  return METHODS[(input[0] ?? 0) % METHODS.length] as ChatMethod<ChatSchema, ChatSchema>;
}

/** What clients ask over gRPC: its messages, its framing and its refusals, and a relay that is asked. */
export const chatApiTargets: readonly Target[] = [
  {
    name: 'chat-message',
    covers: ['packages/protocol/src/chat/chat-api.ts'],
    form: 'protobuf',
    refuses: [ProtocolError],
    open: () => ({
      seeds: requests('3cf46e0c-3c5b-4e6d-8a40-5ce0a5a60f5e'),
      read: (input) => {
        const { input: schema } = methodOf(input);
        const read = (bytes: Uint8Array) => decodeChatMessage(schema, bytes);
        return mustBeStable(read(input.subarray(1)), (message) => encodeChatMessage(schema, message), read);
      },
    }),
  },
  {
    name: 'grpc-body',
    covers: ['packages/protocol/src/chat/grpc-body.ts'],
    form: 'bytes',
    refuses: [],
    open: () => ({
      seeds: [encodeGrpcBody(counted(40)), encodeGrpcBody(counted(0)), counted(9, 1)],
      read: (input) => {
        const body = decodeGrpcBody(input);
        return body.outcome === 'message' ? mustBeExact(input, encodeGrpcBody(body.message)) : 'refused';
      },
    }),
  },
  {
    name: 'grpc-details',
    covers: ['packages/protocol/src/chat/grpc-status.ts'],
    form: 'text',
    refuses: [ProtocolError],
    open: () => ({
      seeds: [
        { status: GRPC_STATUS.resourceExhausted, reason: 'RESOURCE_EXHAUSTED', retryAfter: 7 } as const,
        { status: GRPC_STATUS.unauthenticated, reason: 'INVALID_CREDENTIALS' } as const,
      ].map((refusal) => fromText(formatGrpcRefusal(refusal)['grpc-status-details-bin'] ?? '')),
      read: (input) => {
        parseGrpcDetails(toText(input));
        return 'taken';
      },
    }),
  },
  callTarget('relay-call', false),
  callTarget('relay-call-device', true),
];

function callTarget(name: string, device: boolean): Target {
  return {
    name,
    covers: [
      'packages/relay/src/grpc/accounts.ts',
      'packages/relay/src/grpc/unary.ts',
      'packages/relay/src/grpc/usernames.ts',
    ],
    form: 'protobuf',
    refuses: [],
    slow: true,
    open: async () => {
      const world = await openRelay('open');
      const line = new Line(world);
      const headers = device ? { authorization: world.authorization } : {};
      return {
        seeds: requests(world.aci),
        read: async (input) => {
          await world.tick();
          const path = chatMethodPath(methodOf(input));
          const status = await line.post(path, encodeGrpcBody(input.subarray(1)), headers);
          world.mustBeWell();
          if (status === GRPC_STATUS.unavailable) throw new Broken('the relay is unavailable');
          return status === GRPC_STATUS.ok ? 'taken' : 'refused';
        },
        close: async () => {
          line.close();
          await world.close();
        },
      };
    },
  };
}

/** One HTTP/2 session, opened again whenever the relay has hung up. */
class Line {
  readonly #world: World;
  #session: ClientHttp2Session | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** The status of a call. Rejects when its stream is reset. */
  post(path: string, body: Bytes, headers: Record<string, string>): Promise<number> {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      const origin = `https://127.0.0.1:${this.#world.port}`;
      this.#session = connect(origin, { rejectUnauthorized: false }).on('error', () => undefined);
    }
    const type = { 'content-type': 'application/grpc' };
    const stream = this.#session.request({ ':method': 'POST', ':path': path, ...type, ...headers });
    return new Promise((resolve, reject) => {
      const heard = (said: Record<string, unknown>): void => {
        if ('grpc-status' in said) resolve(Number(said['grpc-status']));
      };
      stream.on('response', heard);
      stream.on('trailers', heard);
      stream.on('error', reject);
      stream.on('close', () => reject(new Error('closed without a status')));
      stream.resume();
      stream.end(body);
    });
  }

  close(): void {
    this.#session?.destroy();
  }
}

/** A request of each kind as clients make it, behind the byte that names its method. */
function requests(aci: string): readonly Bytes[] {
  const id = { identityType: IdentityType.ACI, uuid: parseUuid(aci) };
  const key = { keyId: 1, publicKey: counted(33, 5), signature: counted(64) };
  const messages = (type: SendMessageType) => ({
    timestamp: 1n,
    messages: { 1: { registrationId: 42, payload: counted(80), type } },
  });
  const access = { case: 'unidentifiedAccessKey', value: counted(16) };
  const made: readonly (readonly [string, Record<string, unknown>])[] = [
    ['GetPreKeyCount', {}],
    ['GetDevices', {}],
    ['SetOneTimeEcPreKeys', { identityType: IdentityType.ACI, preKeys: [key] }],
    ['SetKemLastResortPreKey', { identityType: IdentityType.ACI, signedPreKey: key }],
    ['SendMessage', { destination: id, messages: messages(SendMessageType.DOUBLE_RATCHET) }],
    ['SendSyncMessage', { messages: messages(SendMessageType.PREKEY_MESSAGE) }],
    [
      'SendSingleRecipientMessage',
      { destination: id, messages: messages(SendMessageType.UNIDENTIFIED_SENDER), authorization: access },
    ],
    ['CheckAccountExistence', { serviceIdentifier: id }],
    ['SetRegistrationRecoveryPassword', { registrationRecoveryPassword: counted(32) }],
    ['ReserveUsernameHash', { usernameHashes: [counted(32), counted(32, 2)] }],
    ['LookupUsernameLink', { usernameLinkHandle: counted(16) }],
    ['SendMultiRecipientMessage', { message: { timestamp: 1n, payload: counted(90) } }],
  ];
  return made.map(([name, request]) => {
    const index = METHODS.findIndex((method) => method.name === name);
    const { input } = METHODS[index] as ChatMethod<ChatSchema, ChatSchema>;
    return concatBytes(Uint8Array.of(index), encodeChatMessage(input, request));
  });
}
