import { readFileSync } from 'node:fs';
import { isChainSource, type KnownNodes } from '@sotto/directory';
import type { ChainDirectory, ChainSource, EndpointFault, RegistryReading } from '@sotto/directory/chain';
import { REGISTRY_INTERVAL, REGISTRY_REREAD } from '../constants.ts';
import { StorageNodeError } from '../errors.ts';
import type { Events } from '../events.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { readRegistryFile, writeRegistryFile } from './registry-file.ts';

export interface OpenRegistryOptions {
  readonly data: string;
  /** The file that names the registry. */
  readonly file: string;
  readonly events: Events;
}

/** A registry that is read from time to time. */
export interface OpenRegistry {
  readonly source: ChainSource;
  /** To begin with. */
  readonly first: KnownNodes;
  /** The newest reading; `undefined` until there is one since the start. */
  readonly newest: ChainDirectory | undefined;
  /** Read from now on, and hand over what is read. Returns what ends it. */
  follow(take: (list: KnownNodes) => void): () => void;
}

/** Whether a directory's file names a registry; else it is read as a list. */
export function isRegistryFile(file: string): boolean {
  try {
    return isChainSource(readFileSync(file, 'utf8'));
  } catch {
    // Whoever reads it as a list says what is wrong.
    return false;
  }
}

/**
 * Read the registry that a file names. Resolves with what was kept of the last reading when no endpoint answers.
 * Rejects with StorageNodeError `bad-directory` when there is nothing to go by.
 */
export async function openRegistry({ data, file, events }: OpenRegistryOptions): Promise<OpenRegistry> {
  // Loaded only where there is a chain to read.
  const { parseChainSource, readRegistry } = await import('@sotto/directory/chain');
  const source = parse(() => parseChainSource(readFileSync(file, 'utf8')));
  let newest: ChainDirectory | undefined;
  let wholeAt = 0;

  const read = async (): Promise<RegistryReading> => {
    const whole = performance.now() - wholeAt >= REGISTRY_REREAD;
    const known = newest === undefined ? {} : { known: newest };
    if (whole) wholeAt = performance.now();
    const reading = await readRegistry({ source, ask: askEndpoint, ...known, whole });
    if (reading.outcome === 'no-agreement') events.count('registry-unread');
    else {
      if (reading.faults.length > 0) events.count('endpoint-disagreed');
      // An endpoint that was caught up may still be behind what was read before.
      if (newest === undefined || reading.directory.height >= newest.height) {
        const isNews = newest?.serial !== reading.directory.serial;
        newest = reading.directory;
        if (isNews) keep(listOf(source, newest));
      }
    }
    return reading;
  };
  const keep = (list: KnownNodes): void => {
    try {
      writeRegistryFile(data, source, list);
    } catch (error) {
      // It was read all the same.
      events.failed(error);
    }
  };

  const reading = await read();
  const first = newest === undefined ? readRegistryFile(data, source) : listOf(source, newest);
  if (first === undefined) throw unread(reading.faults);
  return {
    source,
    first,
    get newest() {
      return newest;
    },
    follow: (take) => {
      let reading = false;
      const timer = setInterval(() => {
        if (reading) return;
        reading = true;
        read()
          .then(() => newest !== undefined && take(listOf(source, newest)))
          .catch((error: unknown) => events.failed(error))
          .finally(() => {
            reading = false;
          });
      }, REGISTRY_INTERVAL[source.subnets]);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

function listOf({ subnets }: ChainSource, { height, time, nodes }: ChainDirectory): KnownNodes {
  return { sequence: height, issuedAt: time, subnets, nodes };
}

function parse(read: () => ChainSource): ChainSource {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    throw new StorageNodeError('bad-directory', `the directory cannot be read: ${why}`, { cause: error });
  }
}

/** Named by host alone: the rest of a URL may hold a key. */
function unread(faults: readonly EndpointFault[]): StorageNodeError {
  const named = faults.map(({ endpoint, why }) => `${new URL(endpoint).host} (${why})`).join(', ');
  return new StorageNodeError(
    'bad-directory',
    `too few endpoints say the same of the registry, and nothing is known of it yet: ${named}`,
  );
}
