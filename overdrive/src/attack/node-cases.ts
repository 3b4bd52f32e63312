import { randomBytes } from 'node:crypto';
import { type AttackCase, PATIENCE } from './attack-case.ts';
import { RawConnection, type RawPlace } from './raw-connection.ts';

/** Bodies that a storage node must refuse in words. */
export const NODE_CASES: readonly AttackCase[] = [
  rpcCase('JSON: as deep as it is long', '['.repeat(1_000_000)),
  rpcCase(
    'JSON: a batch of 100,000',
    `{"method":"batch","params":{"requests":[${'{},'.repeat(100_000)}{}]}}`,
  ),
  rpcCase('JSON: batches in batches', nestedBatches(500)),
  rpcCase('JSON: a name that is no name', '{"__proto__":{"method":"store"},"params":{"__proto__":1}}'),
  rpcCase('JSON: 9 MiB of one string', `{"method":"${'x'.repeat(9 * 1024 * 1024)}"}`),
  rpcCase('bencode: lists in lists', 'l'.repeat(1_000_000)),
  onionCase('onion: a length beyond the end', Buffer.from('ffffffff00', 'hex')),
  onionCase('onion: a length of nothing', Buffer.alloc(4)),
  onionCase(
    'onion: noise of 1 MiB',
    Buffer.concat([Buffer.from('00000800', 'hex'), randomBytes(1024 * 1024)]),
  ),
  onionCase('onion: JSON as deep as it is long', layered(Buffer.alloc(100), '['.repeat(500_000))),
  onionCase('onion: layers in layers in layers', nestedLayers(2_000)),
];

function rpcCase(name: string, body: string): AttackCase {
  return { name, expect: /^4\d\d$/, run: (place) => post(place, '/storage_rpc/v1', Buffer.from(body)) };
}

function onionCase(name: string, body: Buffer): AttackCase {
  return { name, expect: /^4\d\d$/, run: (place) => post(place, '/onion_req/v2', body) };
}

async function post(place: RawPlace, path: string, body: Buffer) {
  const connection = new RawConnection(place);
  await connection.ready;
  connection.start();
  connection.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
  connection.write(body);
  const said = await connection.answered(PATIENCE);
  const { after } = await connection.ended(0);
  return { said, after };
}

function nestedBatches(depth: number): string {
  let request = '{"method":"info","params":{}}';
  for (let level = 0; level < depth; level++)
    request = `{"method":"batch","params":{"requests":[${request}]}}`;
  return request;
}

/** Length, ciphertext and JSON, as a layer travels. */
function layered(ciphertext: Buffer, json: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ciphertext.length);
  return Buffer.concat([length, ciphertext, Buffer.from(json)]);
}

/** None of them can be opened: it is the outermost that must be refused, at the cost of one. */
function nestedLayers(depth: number): Buffer {
  const json = JSON.stringify({ ephemeral_key: randomBytes(32).toString('hex'), enc_type: 'xchacha20' });
  let inner = randomBytes(64);
  for (let level = 0; level < depth; level++) inner = layered(inner, json) as never;
  return layered(inner, json);
}
