import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@sotto/files';
import { formatRelayUrl, parseRelayUrl, type RelayAddress } from '@sotto/identity';
import { RelayError } from './errors.ts';

const FILE = 'address';

/** Note where the relay was last reachable, for invites made while it is not running. */
export function writeAddress(data: string, address: RelayAddress): void {
  replaceFile(join(data, FILE), `${formatRelayUrl(address)}\n`);
}

/** Throws RelayError `no-relay` for a folder on which no relay has been started yet. */
export function readAddress(data: string): RelayAddress {
  try {
    return parseRelayUrl(readFileSync(join(data, FILE), 'utf8'));
  } catch (error) {
    throw new RelayError('no-relay', 'no relay has been started on this data folder yet', { cause: error });
  }
}
