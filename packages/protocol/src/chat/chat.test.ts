import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { SetOneTimeEcPreKeysRequestSchema } from '../generated/chat/keys_pb.ts';
import { SendAuthenticatedSenderMessageRequestSchema } from '../generated/chat/messages_pb.ts';
import { CHAT_API, chatMethodPath, decodeChatMessage, encodeChatMessage } from './chat-api.ts';
import { decodeGrpcBody, encodeGrpcBody, grpcBodyBytes } from './grpc-body.ts';
import { formatGrpcRefusal, GRPC_STATUS, parseGrpcDetails } from './grpc-status.ts';

describe('a message of the chat API', () => {
  it('has the path and the bytes that Signal’s clients know it by', () => {
    const { setOneTimeEcPreKeys } = CHAT_API.Keys.method;
    expect(chatMethodPath(setOneTimeEcPreKeys)).toBe('/org.signal.chat.keys.Keys/SetOneTimeEcPreKeys');
    const { sendStory } = CHAT_API.MessagesAnonymous.method;
    expect(chatMethodPath(sendStory)).toBe('/org.signal.chat.messages.MessagesAnonymous/SendStory');
    const message = { identityType: 1, preKeys: [{ keyId: 300, publicKey: new Uint8Array([5, 6]) }] };
    const bytes = encodeChatMessage(setOneTimeEcPreKeys.input, message);
    expect(bytes).toEqual(new Uint8Array([8, 1, 18, 7, 8, 0xac, 2, 18, 2, 5, 6]));
    expect(decodeChatMessage(setOneTimeEcPreKeys.input, bytes)).toMatchObject(message);
  });

  it('is refused when it has more fields than any honest one, however deep', () => {
    const preKeys = Array.from({ length: 1_025 }, () => ({}));
    const flat = toBinary(
      SetOneTimeEcPreKeysRequestSchema,
      create(SetOneTimeEcPreKeysRequestSchema, { preKeys }),
    );
    expect(() => decodeChatMessage(SetOneTimeEcPreKeysRequestSchema, flat)).toThrow('too many fields');
    // The field `messages` of a bundle, and in it entries of a map.
    const bundle = Array.from({ length: 1_025 }, () => [0x12, 0]).flat();
    const deep = new Uint8Array([
      0x22,
      (bundle.length % 128) | 128,
      Math.floor(bundle.length / 128),
      ...bundle,
    ]);
    expect(() => decodeChatMessage(SendAuthenticatedSenderMessageRequestSchema, deep)).toThrow(
      'too many fields',
    );
    // Bytes that are a map's key cannot be looked into, and what is unknown is passed over.
    const unknown = new Uint8Array([0x7a, 2, 0x12, 0]);
    expect(decodeChatMessage(SetOneTimeEcPreKeysRequestSchema, unknown)).not.toHaveProperty('$unknown');
  });

  it('at random is decoded or refused with our own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const { input } of [
          CHAT_API.Keys.method.setOneTimeEcPreKeys,
          CHAT_API.Messages.method.sendMessage,
        ]) {
          try {
            decodeChatMessage(input, bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError);
          }
        }
      }),
    );
  });
});

describe('the body of a call', () => {
  it('holds one message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        const body = encodeGrpcBody(message);
        expect(body).toHaveLength(grpcBodyBytes(message.length));
        expect(decodeGrpcBody(body)).toEqual({ outcome: 'message', message: new Uint8Array(message) });
      }),
    );
  });

  it.each([
    ['nothing', [], 'malformed'],
    ['half a prefix', [0, 0, 0], 'malformed'],
    ['less than it says', [0, 0, 0, 0, 2, 1], 'malformed'],
    ['a length beyond all memory', [0, 0xff, 0xff, 0xff, 0xff, 1], 'malformed'],
    ['two messages', [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 'malformed'],
    ['a flag that nobody has defined', [2, 0, 0, 0, 0], 'malformed'],
    ['a compressed message', [1, 0, 0, 0, 1, 1], 'compressed'],
  ])('with %s is told apart', (_name, bytes, outcome) => {
    // In the middle of a larger buffer, as the network hands it over.
    const within = new Uint8Array([9, 9, ...bytes, 9]).subarray(2, 2 + bytes.length);
    expect(decodeGrpcBody(within)).toEqual({ outcome });
  });
});

describe('a refusal', () => {
  it('says its reason in Signal’s domain, and when to come again', () => {
    const trailers = formatGrpcRefusal({
      status: GRPC_STATUS.resourceExhausted,
      reason: 'RESOURCE_EXHAUSTED',
      retryAfter: 42,
    });
    expect(trailers).toMatchObject({ 'grpc-status': '8', 'grpc-message': 'RESOURCE_EXHAUSTED' });
    const details = trailers['grpc-status-details-bin'] ?? '';
    expect(details).not.toContain('=');
    expect(parseGrpcDetails(details)).toEqual({ reason: 'RESOURCE_EXHAUSTED', retryAfter: 42 });
    expect(Buffer.from(details, 'base64').toString('latin1')).toContain('grpc.chat.signal.org');
  });

  it('of gRPC itself is its number alone', () => {
    expect(formatGrpcRefusal({ status: GRPC_STATUS.unimplemented })).toEqual({ 'grpc-status': '12' });
  });

  it('that is none is our own error', () => {
    expect(() => parseGrpcDetails('////')).toThrow(ProtocolError);
    expect(() => parseGrpcDetails('!')).toThrow(ProtocolError);
  });
});
