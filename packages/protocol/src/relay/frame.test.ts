import { create, toBinary } from '@bufbuild/protobuf';
import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { WebSocketMessage_Type, WebSocketMessageSchema } from '../generated/websocket_pb.ts';
import { MAX_FRAME_BYTES } from './constants.ts';
import { decodeFrame, encodeFrame, type Frame, NO_HEADERS } from './frame.ts';

const headers = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), fc.stringMatching(/^[!-~]{0,40}$/)), {
    maxLength: 8,
  })
  .map((entries) => new Map(entries));
const body = fc.uint8Array({ maxLength: 300 }).map(asBytes);
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('request' as const),
      id,
      verb: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
      path: fc.webPath().map((path) => `/${path.replaceAll(/^\/+/g, '')}`),
      headers,
      body,
    },
    { requiredKeys: ['kind', 'verb', 'path', 'headers'] },
  ),
  fc.record(
    {
      kind: fc.constant('response' as const),
      id,
      status: fc.integer({ min: 100, max: 999 }),
      message: fc.stringMatching(/^[ -~]{0,40}$/),
      headers,
      body,
    },
    { requiredKeys: ['kind', 'id', 'status', 'message', 'headers'] },
  ),
);

describe('frame', () => {
  it('comes back from its own encoding', () => {
    fc.assert(
      fc.property(frame, (value) => {
        expect(decodeFrame(encodeFrame(value))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it('has the bytes that the schema gives it', () => {
    fc.assert(
      fc.property(frame, (value) => {
        const { kind, headers: lines, ...rest } = value;
        const part = { ...rest, headers: [...lines].map(([name, text]) => `${name}:${text}`) };
        const message =
          kind === 'request'
            ? create(WebSocketMessageSchema, { type: WebSocketMessage_Type.REQUEST, request: part })
            : create(WebSocketMessageSchema, { type: WebSocketMessage_Type.RESPONSE, response: part });
        expect(encodeFrame(value)).toEqual(toBinary(WebSocketMessageSchema, message));
      }),
      { numRuns: 200 },
    );
  });

  it('throws nothing but ProtocolError on arbitrary and on damaged bytes', () => {
    const damaged = fc.tuple(frame, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
      const bytes = encodeFrame(value);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        try {
          decodeFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('knows an ID of 0 from no ID', () => {
    const request = { kind: 'request', verb: 'GET', path: '/', headers: NO_HEADERS } as const;
    expect(decodeFrame(encodeFrame({ ...request, id: 0n }))).toHaveProperty('id', 0n);
    expect(decodeFrame(encodeFrame(request))).not.toHaveProperty('id');
  });

  it('reads headers with and without a space after the colon', () => {
    const message = create(WebSocketMessageSchema, {
      type: WebSocketMessage_Type.REQUEST,
      request: { verb: 'GET', path: '/', headers: ['Content-Type: a', 'x:b'] },
    });
    const bytes = toBinary(WebSocketMessageSchema, message);
    expect(decodeFrame(bytes).headers).toEqual(
      new Map([
        ['content-type', 'a'],
        ['x', 'b'],
      ]),
    );
  });

  it.each([
    ['a verb that is none', { verb: 'get it', path: '/x' }, { verb: 'get it', path: '/x' }],
    ['no verb and no path', {}, { verb: '', path: '/' }],
    ['a path from nowhere', { verb: 'GET', path: 'x/v1' }, { verb: 'GET', path: '/x/v1' }],
    ['a long path', { verb: 'GET', path: `/${'x'.repeat(5_000)}` }, { path: `/${'x'.repeat(5_000)}` }],
    ['headers that are none', { headers: ['x', ':y', ' :z', 'a:b'] }, { headers: new Map([['a', 'b']]) }],
  ])('leaves %s to whoever answers', (_name, request, read) => {
    const message = create(WebSocketMessageSchema, { type: WebSocketMessage_Type.REQUEST, request });
    expect(decodeFrame(toBinary(WebSocketMessageSchema, message))).toMatchObject(read);
  });

  it('refuses a flood of headers before it makes anything of them', () => {
    const flooded = (headers: string[]) =>
      toBinary(WebSocketMessageSchema, create(WebSocketMessageSchema, { type: 1, request: { headers } }));
    expect(decodeFrame(flooded(Array(64).fill('a:b'))).headers.size).toBe(1);
    expect(() => decodeFrame(flooded(Array(65).fill('a:b')))).toThrow(ProtocolError);
    const empty = flooded(Array(262_000).fill(''));
    const decoding = vi.spyOn(TextDecoder.prototype, 'decode');
    try {
      expect(() => decodeFrame(empty)).toThrow(expect.objectContaining({ code: 'malformed' }));
      expect(decoding).not.toHaveBeenCalled();
    } finally {
      decoding.mockRestore();
    }
  });

  it.each([
    ['a frame beyond the limit', new Uint8Array(MAX_FRAME_BYTES + 1), 'too-large'],
    ['an empty frame', new Uint8Array(0), 'malformed'],
    ['a type that is neither request nor response', Uint8Array.of(8, 0), 'malformed'],
    ['a request without its part', Uint8Array.of(8, 1), 'malformed'],
    ['a length that lies', Uint8Array.of(18, 0x7f, 1), 'malformed'],
  ])('refuses %s', (_name, bytes, code) => {
    expect(() => decodeFrame(bytes)).toThrow(expect.objectContaining({ name: 'ProtocolError', code }));
  });

  it('does not encode what the other side must refuse', () => {
    const tooLarge = new Uint8Array(MAX_FRAME_BYTES);
    expect(() =>
      encodeFrame({ kind: 'request', verb: 'PUT', path: '/', headers: NO_HEADERS, body: tooLarge }),
    ).toThrow(expect.objectContaining({ code: 'too-large' }));
  });
});
