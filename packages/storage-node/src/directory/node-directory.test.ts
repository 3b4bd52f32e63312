import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519KeyPair, ed25519PublicToX25519, randomBytes } from '@sotto/crypto';
import { type DirectoryNode, encodeSignedList, formatListFile, seenList } from '@sotto/directory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../events.ts';
import { NodeDirectory } from './node-directory.ts';

let data: string;
let source: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-node-directory-'));
  source = join(data, 'nodes.json');
});
afterEach(() => rmSync(data, { recursive: true }));

function node(number: number): DirectoryNode {
  const ed25519 = ed25519KeyPair(randomBytes(32)).publicKey;
  const x25519 = ed25519PublicToX25519(ed25519);
  if (x25519 === undefined) throw new Error('not a key');
  return { ip: `127.0.0.${number}`, httpsPort: 22_021, omqPort: 0, ed25519, x25519, swarm: 0n };
}

const NOW = 1_700_000_000_000;

describe('a node whose list nobody has signed', () => {
  it('goes by what its owner puts in the file, and by no list that another node has', () => {
    const nodes = [node(1), node(2), node(3)];
    const seen = (count: number, later: number) =>
      seenList({ nodes: nodes.slice(0, count), subnets: 'ignore', now: NOW + later });
    const write = (count: number, later: number) => writeFileSync(source, formatListFile(seen(count, later)));
    write(1, 0);
    const events = createEvents(() => undefined);
    const open = () => new NodeDirectory({ data, source, key: randomBytes(32), events });
    const directory = open();
    const listed = () => directory.list.nodes.length;
    directory.offer(encodeSignedList(seen(3, 5)));
    expect(listed()).toBe(1);
    expect(events.totals()['directory-refused']).toBe(1);
    write(2, 3);
    directory.lookAtFile();
    expect(listed()).toBe(2);
    write(3, 9);
    expect(open().list.nodes).toHaveLength(3);
  });
});
