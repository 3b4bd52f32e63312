import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOOR, FrameReader, floorFrame } from './floor-frames.ts';
import { MQTT, MqttReader, mqttPacket, mqttText } from './mqtt-packets.ts';
import { XmlStream } from './xml-stream.ts';

/** Any bytes in pieces of any size. */
const pieces = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

function inPieces(bytes: Buffer, sizes: readonly number[], read: (piece: Buffer) => void): void {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    read(bytes.subarray(at, at + size));
    at += size;
  }
}

describe('a peer’s stream in pieces', () => {
  it('is cut into the floor’s frames', () => {
    const bodies = ['', 'one', 'x'.repeat(300)];
    const all = Buffer.concat(
      bodies.map((body, number) => floorFrame(FLOOR.message, 7, number, Buffer.from(body))),
    );
    fc.assert(
      fc.property(pieces, (sizes) => {
        const found: string[] = [];
        const reader = new FrameReader(({ user, number, body }) => found.push(`${user} ${number} ${body}`));
        inPieces(all, sizes, (piece) => reader.read(piece));
        expect(found).toEqual(bodies.map((body, number) => `7 ${number} ${body}`));
      }),
    );
  });

  it('is cut into MQTT packets, long ones too', () => {
    const packets = [
      mqttPacket(MQTT.puback, 0, Buffer.from([0, 9])),
      mqttPacket(MQTT.publish, 2, mqttText('sotto/1'), Buffer.alloc(20_000, 1)),
      mqttPacket(MQTT.connack, 0),
    ];
    fc.assert(
      fc.property(pieces, (sizes) => {
        const found: string[] = [];
        const reader = new MqttReader((type, flags, body) => found.push(`${type} ${flags} ${body.length}`));
        inPieces(Buffer.concat(packets), [...sizes, 4_000], (piece) => reader.read(piece));
        expect(found).toEqual(['4 0 2', '3 2 20009', '2 0 0']);
      }),
      { numRuns: 20 },
    );
  });

  it('is cut into the children of an XMPP stream', () => {
    const children = [
      '<stream:features><a><b/></a></stream:features>',
      "<a h='3'/>",
      "<message from='x'><body>one &amp; two</body></message>",
      "<r xmlns='urn:xmpp:sm:3'/>",
    ];
    const text = `<?xml version='1.0'?><stream:stream id='1'>${children.join('')}`;
    fc.assert(
      fc.property(pieces, (sizes) => {
        const found: string[] = [];
        const stream = new XmlStream((stanza) => found.push(stanza.text));
        inPieces(Buffer.from(text), sizes, (piece) => stream.read(piece.toString('latin1')));
        expect(found).toEqual(children);
      }),
    );
  });
});
