import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { newList } from '@sotto/directory';
import { expect, it } from 'vitest';
import type { NodeDirectory } from '../directory/node-directory.ts';
import { whyUnready } from './operate.ts';

const signers = [ed25519KeyPair(randomBytes(32)).publicKey];
const signed = newList({ signers, threshold: 1, subnets: 'ignore', now: 1 });
const self = {} as NonNullable<NodeDirectory['self']>;

it.each([
  [{}, undefined],
  [{ listed: false }, `it is not on the list of storage nodes (number ${signed.list.sequence})`],
  [{ listed: false, databaseFull: true }, 'the database is full'],
  [{ databaseFull: true, diskFull: true }, 'the disk is full'],
  [{ draining: true, diskFull: true }, 'it is stopping'],
])('of a node with %j readiness says %s', (is: Readonly<Record<string, boolean>>, words) => {
  const { listed = true, databaseFull = false, diskFull = false, draining = false } = is;
  const store = { room: { isDatabaseFull: databaseFull } };
  const directory = { self: listed ? self : undefined, list: signed.list };
  expect(whyUnready({ service: { draining }, context: { directory, store, disk: { full: diskFull } } })).toBe(
    words,
  );
});
