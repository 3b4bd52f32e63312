import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from '@signalapp/sqlcipher';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Canary } from '../find/canary.ts';
import { CanarySearch } from '../find/canary-search.ts';
import { readCapture } from '../find/read-capture.ts';
import { mayReadMemory, readMemory } from '../find/read-memory.ts';
import { readLiveHeap, watched } from '../world/server.ts';
import { layerFieldsIn } from './layer-fields.ts';
import { lookAtFolder, lookAtLog } from './look-at-files.ts';

const canary: Canary = { field: 'planted', of: 'alice', bytes: randomBytes(24) };
const search = new CanarySearch([canary]);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-places-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function placesIn(times?: Parameters<typeof lookAtFolder>[3]): Promise<readonly string[]> {
  return (await lookAtFolder('somebody', folder, search, times)).map(({ place }) => place);
}

function makeDatabase(secureDelete: boolean): Database {
  const database = new Database(join(folder, 'some.db'));
  database.pragma('journal_mode = WAL');
  database.pragma(`secure_delete = ${secureDelete ? 'ON' : 'OFF'}`);
  database.exec('CREATE TABLE thing (number INTEGER, value BLOB)');
  return database;
}

describe('where a canary is', () => {
  it('is told by table and column, also while it is in the log alone', async () => {
    const database = makeDatabase(true);
    database.prepare('INSERT INTO thing VALUES (?, ?)').run([1, new Uint8Array(canary.bytes)]);
    expect(await placesIn()).toEqual(['some.db thing.value']);
    database.close();
  });

  it('is a residue when no row has it any more: in the log, and in a free page', async () => {
    const database = makeDatabase(false);
    database.prepare('INSERT INTO thing VALUES (?, ?)').run([1, new Uint8Array(canary.bytes)]);
    database.exec('DELETE FROM thing');
    expect(await placesIn()).toContain('residue in some.db');
    database.pragma('wal_checkpoint(TRUNCATE)');
    expect(await placesIn()).toEqual(['residue in some.db']);
    database.close();
  });

  it('is nowhere when what was removed was overwritten and the log is cut', async () => {
    const database = makeDatabase(true);
    database.prepare('INSERT INTO thing VALUES (?, ?)').run([1, new Uint8Array(canary.bytes)]);
    database.exec('DELETE FROM thing');
    database.pragma('wal_checkpoint(TRUNCATE)');
    expect(await placesIn()).toEqual([]);
    database.close();
  });

  it('is told of a time as a number and inside a protobuf', async () => {
    const at = 1_795_937_834_505;
    const varint = Buffer.from([0xc9, 0x9f, 0xcb, 0x9a, 0xa2, 0x34]);
    const database = makeDatabase(true);
    database.prepare('INSERT INTO thing VALUES (?, ?)').run([at, Buffer.concat([randomBytes(9), varint])]);
    const times = new Map([[at, { field: 'time', of: 'alice' }]]);
    const decoded = varint.reduce((sum, byte, index) => sum + (byte & 127) * 128 ** index, 0);
    expect((await placesIn(new Map([[decoded, { field: 'time', of: 'alice' }]]))).length).toBe(
      decoded === at ? 2 : 1,
    );
    expect(await placesIn(times)).toContain('some.db thing.number');
    database.close();
  });

  it('is a file, with numbers taken out of its name, or its name', async () => {
    await writeFile(join(folder, '123.tags'), canary.bytes);
    await writeFile(join(folder, Buffer.from(canary.bytes).toString('base64url')), '');
    expect((await placesIn()).map((place) => place.split(' ')[0])).toEqual(['file', 'file']);
    expect(await placesIn()).toContain('file *.tags');
  });

  it('is what a process printed', async () => {
    const log = join(folder, 'log');
    await writeFile(log, `somebody said ${Buffer.from(canary.bytes).toString('hex')}\n`);
    expect(lookAtLog('somebody', log, search).map(({ place }) => place)).toEqual(['log']);
  });
});

describe('memory of a process', () => {
  it.skipIf(!mayReadMemory())('has what is freed as well as what is kept', () => {
    const kept = Buffer.from(canary.bytes);
    let places = 0;
    for (const piece of readMemory(process.pid, search.longest)) places += search.findRaw(piece).size;
    expect(places).toBeGreaterThan(0);
    expect(kept.length).toBe(24);
  });
});

describe('the live heap of a process', () => {
  it('has strings and bytes that are kept, and none that are not', async () => {
    const [kept, dropped] = [canary, { ...canary, field: 'dropped', bytes: randomBytes(24) }];
    // Short enough to be looked for as a whole: of sixteen hexadecimal digits too few may differ to tell them from chance.
    const text = { ...canary, field: 'text', bytes: Buffer.from(`a text ${randomBytes(6).toString('hex')}`) };
    const make = (bytes: Uint8Array) =>
      `Uint8Array.from([${[...bytes].map((byte) => `${byte} ^ 1`).join()}], (b) => b ^ 1)`;
    const program = `
      globalThis.kept = [${make(kept.bytes)}, Buffer.from(${make(text.bytes)}).toString('latin1')];
      ${make(dropped.bytes)}.fill(0);
      setInterval(() => undefined, 1000);
      console.log('ready');`;
    const file = join(folder, 'program.mjs');
    const dump = join(folder, 'heap');
    await writeFile(file, program);
    const child = spawn(process.execPath, [file], { env: { ...process.env, ...watched(dump) } });
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const running = { child, ready: { pid: child.pid }, stop: async () => null };
      const heap = await readLiveHeap({ name: 'it', ip: '', data: '', log: '', dump, running });
      const found = new CanarySearch([kept, dropped, text]).find(heap);
      expect(new Set(found.map(({ canary: one }) => one.field))).toEqual(new Set(['planted', 'text']));
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('an opened layer', () => {
  it('tells the names of its fields, whole layers only', () => {
    const layer = '{"destination":"00","ephemeral_key":"11","exit":"22"}';
    const memory = Buffer.concat([
      randomBytes(50),
      Buffer.from(layer),
      randomBytes(50),
      Buffer.from(layer.slice(0, 40)),
    ]);
    expect([...layerFieldsIn(memory)].toSorted()).toEqual([
      'field of a layer: destination',
      'field of a layer: ephemeral_key',
      'field of a layer: exit',
    ]);
  });
});

describe('a capture', () => {
  const packet = (sequence: number, payload: string) => {
    const bytes = Buffer.alloc(14 + 20 + 20 + payload.length);
    bytes.writeUInt8(0x45, 14);
    bytes.writeUInt16BE(40 + payload.length, 16);
    bytes.writeUInt8(6, 23);
    bytes.set([127, 1, 2, 3], 26);
    bytes.set([127, 1, 0, 9], 30);
    bytes.writeUInt16BE(4_000, 34);
    bytes.writeUInt16BE(443, 36);
    bytes.writeUInt32BE(sequence >>> 0, 38);
    bytes.writeUInt8(0x50, 46);
    bytes.write(payload, 54);
    const head = Buffer.alloc(16);
    head.writeUInt32LE(bytes.length, 8);
    head.writeUInt32LE(bytes.length, 12);
    return Buffer.concat([head, bytes]);
  };

  it('is read as streams, in order, each byte once, also where numbers begin anew', () => {
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    const start = 0xffff_fffe;
    const packets = [
      packet(start, 'ab'),
      packet(start + 4, 'ef'),
      packet(start + 2, 'cd'),
      packet(start + 3, 'de'),
    ];
    expect(
      readCapture(Buffer.concat([head, ...packets])).map(({ from, to, bytes }) => [from, to, String(bytes)]),
    ).toEqual([['127.1.2.3:4000', '127.1.0.9:443', 'abcdef']]);
  });
});
