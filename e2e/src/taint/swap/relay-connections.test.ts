import { describe, expect, it } from 'vitest';
import type { Stream } from '../find/read-capture.ts';
import { connectionsApart, relayConnections } from './relay-connections.ts';

const RELAY = '127.9.200.1:8443';

const record = (length: number, type = 23) => {
  const bytes = Buffer.alloc(5 + length);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt16BE(length, 3);
  return bytes;
};
const talk = (client: string, there: readonly number[], back: readonly number[]): readonly Stream[] => [
  {
    from: client,
    to: RELAY,
    bytes: Buffer.concat([record(300, 22), ...there.map((size) => record(size))]),
  },
  { from: RELAY, to: client, bytes: Buffer.concat(back.map((size) => record(size))) },
];
const partOf = (address: string) => (address.endsWith('.1') ? 'ONE' : 'OTHER');
const seen = (...streams: readonly (readonly Stream[])[]) => relayConnections(streams.flat(), RELAY, partOf);

describe('connections to a relay', () => {
  it('are told by who dials and by the records of what is said, without pings', () => {
    expect(seen(talk('127.9.7.1:4000', [3738, 23], [118, 19]), talk('127.9.7.2:4000', [23], [19]))).toEqual([
      { part: 'ONE', there: [3738], back: [118] },
    ]);
  });

  it('are the same with some digits more, and not with another size, count, direction or part', () => {
    const one = seen(talk('127.9.7.1:4000', [3738], [118]));
    const other = (client: string, there: readonly number[], back: readonly number[]) =>
      connectionsApart(one, seen(talk(client, there, back)));
    expect(other('127.9.7.1:4001', [3741], [116])).toEqual([]);
    expect(other('127.9.7.1:4001', [3762], [118])).toHaveLength(2);
    expect(other('127.9.7.1:4001', [3738, 3738], [118])).toHaveLength(2);
    expect(other('127.9.7.1:4001', [118], [3738])).toHaveLength(2);
    expect(other('127.9.7.2:4001', [3738], [118])).toHaveLength(2);
    expect(connectionsApart(one, [...one, ...one])).toEqual([
      '+ ONE and the relay: records of 3738 bytes there and of 118 back',
    ]);
  });
});
