import { asBytes, concatBytes, fromUtf8, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../errors.ts';
import { decodeLayerFrame, encodeLayerFrame } from './layer-frame.ts';
import {
  formatInnerLayer,
  formatOuterLayer,
  type InnerLayer,
  parseInnerLayer,
  parseOuterLayer,
} from './layer-json.ts';
import { decodeNodeReply, encodeNodeReply } from './node-reply.ts';
import { fillWithSpaces, paddedSize } from './padding.ts';
import {
  decodeServerReply,
  decodeServerRequest,
  encodeServerReply,
  encodeServerRequest,
} from './server-message.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(asBytes);
const encryption = fc.constantFrom('aes-gcm' as const, 'xchacha20' as const);
const minute = fc.nat({ max: 60_000_000 });
const flag = fc.boolean();
const inner: fc.Arbitrary<InnerLayer> = fc.oneof(
  fc.record(
    { kind: fc.constant('destination' as const), minute, json: flag, base64: flag, pad: flag },
    { requiredKeys: ['kind', 'json', 'base64', 'pad'] },
  ),
  fc.record(
    {
      kind: fc.constant('server' as const),
      minute,
      protocol: fc.constantFrom('http' as const, 'https' as const),
      host: fc.constantFrom('example.org', '127.0.0.1', '[::1]', 'a'),
      port: fc.integer({ min: 1, max: 65_535 }),
      target: fc.constantFrom('/oxen/v4/lsrpc', '/loki/v3/lsrpc', '/oxen/lsrpc'),
      wrap: flag,
    },
    { requiredKeys: ['kind', 'protocol', 'host', 'port', 'target', 'wrap'] },
  ),
  fc.record(
    { kind: fc.constant('relay' as const), minute, next: key, ephemeralKey: key, encryption, wrap: flag },
    { requiredKeys: ['kind', 'next', 'ephemeralKey', 'encryption', 'wrap'] },
  ),
);

function onlyProtocolErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
  }
}

describe('a layer', () => {
  it('comes back from its frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 3 }), inner, (pieces, layer) => {
        const frame = decodeLayerFrame(encodeLayerFrame(pieces, formatInnerLayer(layer)));
        expect(frame.blob).toEqual(concatBytes(...pieces));
        expect(parseInnerLayer(frame.json)).toEqual(layer);
      }),
      { numRuns: 200 },
    );
  });

  it('is read with white space around its JSON', () => {
    const frame = concatBytes(encodeLayerFrame([Uint8Array.of(1)], {}), utf8(' \n\r\t '));
    expect(decodeLayerFrame(frame)).toEqual({ blob: Uint8Array.of(1), json: {} });
  });

  it('throws nothing but ProtocolError on arbitrary and on damaged bytes', () => {
    const damaged = fc.tuple(inner, fc.nat(), fc.nat({ max: 255 })).map(([layer, at, byte]) => {
      const bytes = encodeLayerFrame([Uint8Array.of(1, 2, 3)], formatInnerLayer(layer));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), (bytes) => {
        onlyProtocolErrors(() => parseInnerLayer(decodeLayerFrame(bytes).json));
        onlyProtocolErrors(() => parseOuterLayer(decodeLayerFrame(bytes).json));
      }),
      { numRuns: 500 },
    );
  });

  it('is as long as its length says, or refused', () => {
    for (const bytes of [[], [0, 0, 0], [1, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x7b, 0x7d]]) {
      expect(() => decodeLayerFrame(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ code: 'malformed' }),
      );
    }
    expect(decodeLayerFrame(Uint8Array.of(0, 0, 0, 0, 0x7b, 0x7d)).json).toEqual({});
  });
});

describe('the JSON of a layer', () => {
  const hexKey = 'ab'.repeat(32);
  const bytes = new Uint8Array(32).fill(0xab);
  const relay = { destination: hexKey, ephemeral_key: hexKey };
  const server = { host: 'h', target: '/oxen/v4/lsrpc' };

  it.each<[string, object, object]>([
    [
      'headers of any value',
      { headers: null },
      { kind: 'destination', base64: true, json: false, pad: false },
    ],
    ['headers before all else', { ...relay, ...server, headers: '' }, { kind: 'destination' }],
    [
      'a destination that asks for raw JSON',
      { headers: {}, base64: false, json: true },
      { base64: false, json: true },
    ],
    ['a server before a relay', { ...relay, ...server }, { kind: 'server', port: 443, protocol: 'https' }],
    [
      'a server in full',
      { ...server, port: 80, protocol: 'http', wrap: true, t: 5 },
      { port: 80, wrap: true, minute: 5 },
    ],
    [
      'a relay',
      relay,
      { kind: 'relay', next: bytes, ephemeralKey: bytes, encryption: 'aes-gcm', wrap: false },
    ],
    ['upper case', { ...relay, destination: hexKey.toUpperCase() }, { next: bytes }],
    ['the other names of both', { ...relay, enc_type: 'xchacha20-poly1305' }, { encryption: 'xchacha20' }],
    ['the short name', { ...relay, enc_type: 'gcm', unknown: 1 }, { encryption: 'aes-gcm' }],
  ])('is read: %s', (_name, json, layer) => {
    expect(parseInnerLayer(json)).toMatchObject(layer);
  });

  it.each<[string, string, unknown]>([
    ['no object', 'Invalid json', []],
    ['nothing in it', 'Invalid json', {}],
    ['half a key', 'Invalid json', { ...relay, destination: 'ab' }],
    ['no key', 'Invalid json', { destination: hexKey }],
    ['the obsolete kind', 'Invalid json', { ...relay, enc_type: 'aes-cbc' }],
    ['a kind from the prototype', 'Invalid json', { ...relay, enc_type: 'toString' }],
    ['no target', 'Invalid json', { host: 'h' }],
    ['no text for a host', 'Invalid json', { ...server, host: null }],
    ['a port beyond all', 'Invalid json', { ...server, port: 65_536 }],
    ['a minute that is none', 'Invalid json', { ...relay, t: '5' }],
    ['a flag that is none', 'Invalid json', { headers: '', base64: 1 }],
    ['another protocol', 'Invalid url', { ...server, protocol: 'ftp' }],
    ['another target', 'Invalid url', { ...server, target: '/v1/accounts' }],
    ['a target with a query', 'Invalid url', { ...server, target: '/oxen/v4/lsrpc?/lsrpc' }],
    ['a target that climbs', 'Invalid url', { ...server, target: '/oxen/../x/lsrpc' }],
    ['a target that ends otherwise', 'Invalid url', { ...server, target: '/oxen/v4/lsrpc#' }],
    ['a host with a user', 'Invalid url', { ...server, host: 'user@h' }],
    ['a host with a port', 'Invalid url', { ...server, host: 'h:80' }],
    ['a host with a path', 'Invalid url', { ...server, host: 'h/x' }],
    ['port 0', 'Invalid url', { ...server, port: 0 }],
  ])('is refused: %s', (_name, message, json) => {
    expect(() => parseInnerLayer(json)).toThrow(expect.objectContaining({ name: 'ProtocolError', message }));
  });

  it('tells the guard its keys and where to count from', () => {
    const outer = { ephemeralKey: bytes, encryption: 'xchacha20', hopNumber: 0 } as const;
    expect(formatOuterLayer(outer)).toEqual({ ephemeral_key: hexKey, enc_type: 'xchacha20' });
    expect(parseOuterLayer(formatOuterLayer({ ...outer, hopNumber: 3 }))).toEqual({ ...outer, hopNumber: 3 });
    expect(parseOuterLayer({ ephemeral_key: hexKey })).toEqual({ ...outer, encryption: 'aes-gcm' });
    expect(parseOuterLayer({ ephemeral_key: hexKey, hop_no: -4 }).hopNumber).toBe(0);
    expect(parseOuterLayer({ ephemeral_key: hexKey, hop_no: 1e300 }).hopNumber).toBeLessThan(2 ** 31);
  });

  it.each([
    ['ephemeral_key', {}],
    ['enc_type', { ephemeral_key: hexKey, enc_type: 'cbc' }],
    ['hop_no', { ephemeral_key: hexKey, hop_no: '1' }],
  ])('is named to the guard: %s', (what, json) => {
    expect(() => parseOuterLayer(json)).toThrow(`Error parsing onion request: ${what}`);
  });
});

describe('padding', () => {
  it.each([
    [0, 4_096],
    [4_096, 4_096],
    [4_097, 32_768],
    [32_769, 114_688],
    [114_689, 229_376],
    [229_376, 229_376],
    [229_377, 344_064],
  ])('takes %i bytes to %i', (length, size) => {
    expect(paddedSize(length)).toBe(size);
  });

  it('is white space behind the text', () => {
    expect(fromUtf8(fillWithSpaces(utf8('{}'), 5))).toBe('{}   ');
  });
});

describe('a reply of a node', () => {
  it('comes back as text and as JSON', () => {
    const objects = fc.object({ maxDepth: 2 }).map((value) => utf8(JSON.stringify(value)));
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((value) => !value.startsWith('{'))
      .map(utf8);
    fc.assert(
      fc.property(fc.oneof(objects, text), fc.integer({ min: 100, max: 599 }), (body, status) => {
        for (const json of [false, true]) {
          const reply = decodeNodeReply(encodeNodeReply({ status, body }, json));
          expect(reply.status).toBe(status);
          const asJson = json && body[0] === 0x7b;
          // Embedded JSON is written anew by the reader, so its value counts.
          const same = asJson ? JSON.parse(fromUtf8(reply.body)) : reply.body;
          expect(same).toEqual(asJson ? JSON.parse(fromUtf8(body)) : body);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('looks as the network has it', () => {
    const body = utf8('{"t":5}');
    expect(fromUtf8(encodeNodeReply({ status: 200, body }, false))).toBe(
      '{"body":"{\\"t\\":5}","status":200}',
    );
    expect(fromUtf8(encodeNodeReply({ status: 200, body }, true))).toBe('{"body":{"t":5},"status":200}');
    expect(fromUtf8(encodeNodeReply({ status: 400, body: utf8('no') }, true))).toBe(
      '{"body":"no","status":400}',
    );
  });

  it('throws nothing but ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        onlyProtocolErrors(() => decodeNodeReply(bytes));
      }),
      { numRuns: 100 },
    );
    expect(() => decodeNodeReply(utf8('{"status":200}'))).toThrow(ProtocolError);
  });
});

describe('a message of a server', () => {
  const headers = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z-]{0,12}$/),
    fc.stringMatching(/^[ -~]{0,30}$/),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map(asBytes),
    fc.integer({ min: 3_900, max: 4_200 }).map((length) => new Uint8Array(length)),
  );
  const request = fc.record(
    {
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      endpoint: fc.webPath().map((path) => `/${path.replaceAll(/^\/+/g, '')}`),
      headers,
      body,
    },
    { requiredKeys: ['method', 'endpoint', 'headers'] },
  );
  const terms = fc.record({ minute, pad: flag }, { requiredKeys: ['pad'] });

  it('comes back from its own encoding, filled or not', () => {
    fc.assert(
      fc.property(request, terms, (value, asked) => {
        const encoded = encodeServerRequest(value, asked);
        expect(decodeServerRequest(encoded)).toEqual({ request: value, terms: asked });
        if (asked.pad) expect(paddedSize(encoded.length)).toBe(encoded.length);
      }),
      { numRuns: 80 },
    );
    fc.assert(
      fc.property(headers, body, fc.integer({ min: 100, max: 599 }), flag, (named, bytes, status, pad) => {
        const reply = { status, headers: named, body: bytes };
        const encoded = encodeServerReply(reply, pad);
        expect(decodeServerReply(encoded)).toEqual(reply);
        if (pad) expect(paddedSize(encoded.length)).toBe(encoded.length);
      }),
      { numRuns: 100 },
    );
  });

  it('has a size of its own for every length of body', () => {
    // Around the body lengths where the head's length gains a digit, one size cannot be met exactly.
    for (let length = 3_000; length < 4_100; length++) {
      const encoded = encodeServerReply({ status: 200, headers: {}, body: new Uint8Array(length) }, true);
      expect(paddedSize(encoded.length)).toBe(encoded.length);
    }
  });

  it('is what servers of the network read', () => {
    const value = { method: 'POST', endpoint: '/x', headers: { a: 'b' }, body: utf8('raw') };
    expect(fromUtf8(encodeServerRequest(value, { pad: false }))).toBe(
      'l53:{"method":"POST","endpoint":"/x","headers":{"a":"b"}}3:rawe',
    );
    expect(fromUtf8(encodeServerReply({ status: 200, headers: {}, body: utf8('raw') }, false))).toBe(
      'l25:{"code":200,"headers":{}}3:rawe',
    );
  });

  it('takes what others leave out, and names in any case', () => {
    const head = '{"method":"GET","endpoint":"/x","headers":{"A-B":"c"},"other":1}';
    expect(decodeServerRequest(utf8(`l${head.length}:${head}e`))).toEqual({
      request: { method: 'GET', endpoint: '/x', headers: { 'a-b': 'c' } },
      terms: { pad: false },
    });
    expect(decodeServerRequest(utf8('l32:{"method":"GET","endpoint":"/x"}e')).request.headers).toEqual({});
  });

  it.each([
    ['a head alone', '{"code":200}'],
    ['a method that is none', '{"method":"get it","endpoint":"/"}'],
    ['an endpoint from nowhere', '{"method":"GET","endpoint":"x"}'],
    ['an endpoint of two lines', '{"method":"GET","endpoint":"/x\\r\\ny"}'],
    ['a header of two lines', '{"method":"GET","endpoint":"/","headers":{"a":"b\\r\\nc"}}'],
    ['a header without a name', '{"method":"GET","endpoint":"/","headers":{"":"b"}}'],
    ['headers that are none', '{"method":"GET","endpoint":"/","headers":{"a":5}}'],
  ])('is refused: %s', (_name, head) => {
    expect(() => decodeServerRequest(utf8(`l${head.length}:${head}e`))).toThrow(ProtocolError);
  });

  it('throws nothing but ProtocolError on arbitrary and on damaged bytes', () => {
    const damaged = fc
      .tuple(request, terms, fc.nat(), fc.nat({ max: 255 }))
      .map(([value, asked, at, byte]) => {
        const bytes = encodeServerRequest(value, asked);
        bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged), (bytes) => {
        onlyProtocolErrors(() => decodeServerRequest(bytes));
        onlyProtocolErrors(() => decodeServerReply(bytes));
      }),
      { numRuns: 200 },
    );
  });

  it('is not taken for the other kind', () => {
    const value = { method: 'GET', endpoint: '/', headers: {} };
    expect(() => decodeServerReply(encodeServerRequest(value, { pad: false }))).toThrow(ProtocolError);
  });
});
