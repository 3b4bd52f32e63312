import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';

/** Shorter values are found by chance. */
const MIN_CANARY = 9;

/** Something that must not be found, or only where a page says so. At least 9 bytes. */
export interface Canary {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Sighting {
  readonly canary: string;
  /** Path below the folder that was searched. */
  readonly file: string;
  readonly encoding: string;
}

/** What a person typed. */
export function textCanary(name: string, text: string): Canary {
  return { name, bytes: Buffer.from(text, 'utf8') };
}

/** A key or an identifier: as bytes, and as the hexadecimal text that people and JSON pass on. */
export function keyCanaries(name: string, hex: string): readonly Canary[] {
  return [
    { name, bytes: Buffer.from(hex, 'hex') },
    { name: `${name} in hex`, bytes: Buffer.from(hex.toLowerCase(), 'utf8') },
  ];
}

/** All that a program might turn a value into before it writes it. */
export function encodingsOf(bytes: Uint8Array): readonly (readonly [encoding: string, needle: Buffer])[] {
  const raw = Buffer.from(bytes);
  const wide = Buffer.alloc(raw.length * 2);
  for (const [index, byte] of raw.entries()) wide[index * 2] = byte;
  return [
    ['raw', raw],
    ['reversed', Buffer.from(raw).reverse()],
    ['hex', Buffer.from(raw.toString('hex'))],
    ['HEX', Buffer.from(raw.toString('hex').toUpperCase())],
    ['utf-16le', wide],
    ['utf-16be', Buffer.from(wide).swap16()],
    ...[0, 1, 2].flatMap((before): [string, Buffer][] => [
      [`base64+${before}`, base64Within(raw, before, 'base64')],
      [`base64url+${before}`, base64Within(raw, before, 'base64url')],
    ]),
  ];
}

/** The characters of a longer base64 text that depend on `raw` alone, when `before` bytes of a group precede it. */
function base64Within(raw: Buffer, before: number, alphabet: 'base64' | 'base64url'): Buffer {
  const text = Buffer.concat([Buffer.alloc(before), raw]).toString(alphabet);
  return Buffer.from(text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + raw.length) * 8) / 6)));
}

/** Look for canaries in some bytes, and in whatever zlib or gzip stream begins in them. */
export function findCanaries(bytes: Buffer, canaries: readonly Canary[]): readonly Omit<Sighting, 'file'>[] {
  const found: Omit<Sighting, 'file'>[] = [];
  const look = (where: Buffer, how: string) => {
    for (const { name, bytes: value } of canaries) {
      if (value.length < MIN_CANARY)
        throw new Error(`the canary "${name}" is too short to be told from chance`);
      for (const [encoding, needle] of encodingsOf(value)) {
        if (where.includes(needle)) found.push({ canary: name, encoding: `${how}${encoding}` });
      }
    }
  };
  look(bytes, '');
  for (const inflated of streamsIn(bytes)) look(inflated, 'inflated ');
  return found;
}

/** What the deflated streams in some bytes hold, by their headers (RFC 1950 and RFC 1952). */
function streamsIn(bytes: Buffer): readonly Buffer[] {
  const streams: Buffer[] = [];
  for (let at = 0; at < bytes.length - 12; at++) {
    const header = headerLength(bytes, at);
    if (header === 0) continue;
    // A stream that was cut off still gives what it holds, and what follows one does not matter.
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 24 };
    try {
      streams.push(inflateRawSync(bytes.subarray(at + header), options));
    } catch (error) {
      // Bytes that only looked like a header.
      if (!(error instanceof Error)) throw error;
    }
  }
  return streams;
}

function headerLength(bytes: Buffer, at: number): number {
  if (bytes[at] === 0x78) return bytes.readUInt16BE(at) % 31 === 0 ? 2 : 0;
  const gzip = bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8;
  if (!gzip) return 0;
  const namesFile = bytes[at + 3] === 8;
  return namesFile ? bytes.indexOf(0, at + 10) + 1 - at : 10;
}

/** Look for canaries in a file, or in every file below a folder; also in the files' names. */
export async function searchIn(path: string, canaries: readonly Canary[]): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  for (const found of await filesBelow(path)) {
    const file = relative(path, found);
    const name = Buffer.from(file);
    const bytes = await readFile(found);
    for (const one of findCanaries(Buffer.concat([name, Buffer.alloc(4), bytes]), canaries)) {
      sightings.push({ ...one, file });
    }
  }
  return sightings;
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const about = await lstat(path);
  if (about.isFile()) return [path];
  if (!about.isDirectory()) return [];
  const files: string[] = [];
  for (const name of await readdir(path)) files.push(...(await filesBelow(join(path, name))));
  return files;
}
