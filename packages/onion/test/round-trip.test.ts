import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import { type EncryptionType, paddedSize } from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openServerRequest } from '../src/index.ts';
import {
  build,
  ENCRYPTIONS,
  exitOf,
  homeOf,
  hopOf,
  MINUTE,
  nodeAt,
  pathOf,
  random,
  server,
  target,
  toServer,
  travel,
} from './_journey.ts';

const anyRequest = fc.record({
  hops: fc.integer({ min: 1, max: 7 }),
  encryption: fc.constantFrom<EncryptionType>(...ENCRYPTIONS),
  pad: fc.boolean(),
  wrap: fc.boolean(),
  plain: fc.uniqueArray(fc.nat({ max: 6 })).map((indices) => new Set(indices)),
  size: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 20_000 })),
});

describe('an onion request', () => {
  it('reaches a node and brings its answer back, whatever the path and whoever wraps', () => {
    fc.assert(
      fc.property(anyRequest, ({ hops, encryption, pad, wrap, plain, size }) => {
        const rpc = utf8(`{"method":"x","params":{"d":"${'d'.repeat(size)}"}}`);
        const built = build({ path: pathOf(hops), destination: nodeAt(rpc), encryption, pad, wrap });
        const journey = travel(built.body, plain);
        const { layers } = journey;
        expect(layers.map((layer) => layer.outcome)).toEqual([...Array(hops).fill('relay'), 'destination']);
        expect(layers.map((layer) => layer.minute)).toEqual(Array(hops + 1).fill(MINUTE));
        expect(new Set(layers.map((layer) => String(layer.replayTag))).size).toBe(hops + 1);
        const exit = exitOf(journey, 'destination');
        expect(fromUtf8(exit.rpc).trimEnd()).toBe(fromUtf8(rpc));
        const body = utf8(`{"m":"${'ü'.repeat(size)}"}`);
        const opened = built.open(homeOf(journey.back(exit.seal({ status: 200, body }))));
        expect(opened).toEqual({ outcome: 'opened', status: 200, headers: {}, body });
      }),
      { numRuns: 40 },
    );
  });

  it('reaches a server and brings its answer back, whatever the path and whoever wraps', () => {
    fc.assert(
      fc.property(anyRequest, ({ hops, encryption, pad, wrap, plain, size }) => {
        const request = { ...toServer.request, body: new Uint8Array(size).fill(size) };
        const destination = { ...toServer, request };
        const built = build({ path: pathOf(hops), destination, encryption, pad, wrap });
        const journey = travel(built.body, plain);
        const exit = exitOf(journey, 'server');
        const { protocol, host, port, target: at } = exit;
        expect({ protocol, host, port, at, minute: exit.minute }).toEqual({
          protocol: 'https',
          host: 'relay.example',
          port: 8443,
          at: '/oxen/v4/lsrpc',
          minute: MINUTE,
        });
        const opened = openServerRequest(exit.forward, server, random);
        if (opened.outcome !== 'request') throw new Error(opened.outcome);
        expect({ request: opened.request, minute: opened.minute }).toEqual({ request, minute: MINUTE });
        const reply = { status: 404, headers: { 'x-b': 'c' }, body: new Uint8Array(size) };
        const answer = built.open(homeOf(journey.back(opened.seal(reply))));
        expect(answer).toEqual({ outcome: 'opened', ...reply });
      }),
      { numRuns: 40 },
    );
  });

  it('counts its hops', () => {
    const { layers } = travel(build({ path: pathOf(3) }).body);
    const numbers = layers.map((layer) => (layer.outcome === 'relay' ? layer.layer.hopNumber : undefined));
    expect(numbers).toEqual([1, 2, 3, undefined]);
  });

  it.each([0, 8])('has no path of %i hops', (hops) => {
    const path = Array.from({ length: hops }, () => hopOf(target));
    expect(() => build({ path })).toThrow(expect.objectContaining({ code: 'bad-path' }));
  });

  it('is not encrypted to a key that would tell everybody', () => {
    const path = [...pathOf(2), { ...hopOf(target), x25519: new Uint8Array(32) }];
    expect(() => build({ path })).toThrow(expect.objectContaining({ name: 'OnionError', code: 'bad-key' }));
  });
});

describe('sizes on the wire', () => {
  it.each(ENCRYPTIONS)('are few with %s, for requests and for replies', (encryption) => {
    for (const wrap of [false, true]) {
      const [requests, replies] = [new Map<number, Set<number>>(), new Map<number, Set<number>>()];
      for (const size of [29, 700, 4_095, 4_096, 4_097, 32_768, 32_769, 114_688]) {
        const rpc = utf8('{}'.padEnd(size));
        const built = build({ destination: nodeAt(rpc), encryption, pad: true, wrap });
        const journey = travel(built.body);
        const exit = exitOf(journey, 'destination');
        expect(exit.rpc.length).toBe(paddedSize(size));
        note(requests, exit.rpc.length, built.body.length);
        // Beside the body stand status and quotes.
        const body = utf8('x'.repeat(size - 24));
        const home = homeOf(journey.back(exit.seal({ status: 200, body })));
        note(replies, paddedSize(size), home.length);
      }
      for (const sizes of [...requests.values(), ...replies.values()]) expect(sizes.size).toBe(1);
      expect([...requests.keys()]).toEqual([4_096, 32_768, 114_688]);
    }
  });

  it('are those of the filled text also for servers', () => {
    const lengths = [0, 1, 500, 3_000].map((length) => {
      const request = { ...toServer.request, body: new Uint8Array(length) };
      const built = build({ destination: { ...toServer, request }, pad: true });
      const exit = exitOf(travel(built.body), 'server');
      const opened = openServerRequest(exit.forward, server, random);
      if (opened.outcome !== 'request') throw new Error(opened.outcome);
      const reply = opened.seal({ status: 200, headers: {}, body: new Uint8Array(length) });
      return `${built.body.length} ${reply.length}`;
    });
    expect(new Set(lengths).size).toBe(1);
  });

  it.each(ENCRYPTIONS)(
    'do not tell a server from a node, nor one server from another, with %s',
    (encryption) => {
      const hosts = ['a.de', 'relay.example', `${'long.'.repeat(50)}com`];
      const servers = hosts.map((host, index) => ({
        ...toServer,
        host,
        port: [80, 8443, 65_535][index] ?? 443,
      }));
      for (const wrap of [false, true]) {
        const lengths = [nodeAt(), ...servers].map((destination) =>
          travel(build({ destination, encryption, pad: true, wrap }).body).links.map(({ length }) => length),
        );
        for (const links of lengths) expect(links.slice(0, 3)).toEqual(lengths[0]?.slice(0, 3));
      }
    },
  );

  it('have no bytes in common from link to link when hops wrap', () => {
    const built = build({ wrap: true, pad: true });
    const journey = travel(built.body);
    const answers = journey.back(exitOf(journey, 'destination').seal({ status: 200, body: utf8('{}') }));
    for (const links of [journey.links, answers]) {
      for (const [index, one] of links.entries()) {
        for (const other of links.slice(index + 1)) expect(shareBytes(one, other)).toBe(false);
      }
    }
    expect(answers).toHaveLength(4);
  });

  function note(sizes: Map<number, Set<number>>, text: number, wire: number): void {
    sizes.set(text, (sizes.get(text) ?? new Set()).add(wire));
  }

  /** Whether 16 bytes of one stand in the other. */
  function shareBytes(one: Bytes, other: Bytes): boolean {
    const seen = new Set<string>();
    for (let at = 0; at + 16 <= one.length; at++) seen.add(String(one.subarray(at, at + 16)));
    for (let at = 0; at + 16 <= other.length; at++) {
      if (seen.has(String(other.subarray(at, at + 16)))) return true;
    }
    return false;
  }
});
