import { readFile, stat } from 'node:fs/promises';
import { toBase64Url } from '@sotto/bytes';
import { encodeSignedList, parseListFile } from '@sotto/directory';
import {
  formatNetwork,
  formatRelayUrl,
  IdentityError,
  MAX_NETWORK_CHARACTERS,
  type Network,
  parseInvite,
  parseNetwork,
  parseRelayUrl,
} from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import { postToGuard } from '@sotto/net-node';
import { checkDirectory, nameDirectory, readDirectory, requirePaths } from './directories.ts';
import { isJoinLink, joinNetwork } from './join-network.ts';
import { readProxy } from './make-roads.ts';

/** The most storage nodes as JSON, twice over. */
const MAX_LIST_BYTES = 2 * 1024 * 1024;

/** The ways a user can say where a new account goes. */
export interface NetworkChoice {
  /** A network text, a file that holds one, or somebody's link to join. */
  readonly network?: string;
  readonly relay?: string;
  /** A file with a signed list of storage nodes. */
  readonly directory?: string;
  /** Names a relay and carries a ticket for it. */
  readonly invite?: string;
  /** Go to no relay, whatever is named. */
  readonly onionOnly?: boolean;
  /** What is dialled goes through it. */
  readonly proxy?: string;
}

/**
 * One network text and, from an invite, its ticket. Asks nobody but the storage nodes that a link to join names. Throws
 * LocalApiError `bad-network`, and `unreachable` or `bad-proxy` where somebody is asked.
 */
export async function resolveNetwork(
  asked: NetworkChoice,
): Promise<{ readonly network: string; readonly ticket?: string }> {
  const choice = await joined(asked);
  const named = await namedNetwork(choice);
  if (choice.onionOnly === true) return { network: withoutRelay(named) };
  if (choice.invite === undefined) {
    if (named.relay === undefined && named.directory === undefined) throw badNetwork('no network is given');
    return { network: named.relay === undefined ? withoutRelay(named) : writeNetwork(named) };
  }
  const { invite: text } = choice;
  const invite = reading(() => parseInvite(text));
  if (named.relay !== undefined && formatRelayUrl(named.relay) !== formatRelayUrl(invite.relay)) {
    throw badNetwork('the invite is for another relay than the one given');
  }
  return {
    network: writeNetwork({ relay: invite.relay, ...named }),
    ticket: toBase64Url(invite.ticket),
  };
}

/** A link to join is turned into the network that it leads to, for which its storage nodes are asked. */
async function joined(choice: NetworkChoice): Promise<NetworkChoice> {
  const { network, proxy } = choice;
  if (network === undefined || !isJoinLink(network)) return choice;
  const way = proxy === undefined ? {} : { proxy: readProxy(proxy) };
  return { ...choice, network: await joinNetwork(network, postToGuard(way)) };
}

/** What an exported network names, as the command prints it. */
export interface ExportedNetwork {
  readonly network: string;
  readonly relay: string | null;
  /** Short name of the directory. */
  readonly directory: string | null;
}

/** The network text that a friend pastes; `directory` is a file. Throws LocalApiError `bad-network`. */
export async function exportNetwork(
  choice: Pick<NetworkChoice, 'relay' | 'directory'>,
): Promise<ExportedNetwork> {
  const network = writeNetwork(await namedNetwork(choice));
  return { network, ...placesOfNetwork(network) };
}

/** The relay and the directory of a network text that was checked when the account was made. */
export function placesOfNetwork(text: string): Omit<ExportedNetwork, 'network'> {
  const { relay, directory } = parseNetwork(text);
  return {
    relay: relay === undefined ? null : formatRelayUrl(relay),
    directory: directory === undefined ? null : nameDirectory(readDirectory(directory)),
  };
}

function withoutRelay({ directory }: Network): string {
  if (directory !== undefined) {
    requirePaths(readDirectory(directory));
    return writeNetwork({ directory });
  }
  throw new LocalApiError(
    'bad-network',
    'this network has no storage nodes, and an account that is onion-only uses nothing else',
    'give --directory FILE or a network text that holds a directory, or leave --onion-only out',
  );
}

async function namedNetwork({ network, relay, directory }: NetworkChoice): Promise<Network> {
  if (network !== undefined) {
    const text = network.trim().startsWith('sotto-network:') ? network : await readNetworkFile(network);
    const named = reading(() => parseNetwork(text));
    if (named.directory !== undefined) checkDirectory(readDirectory(named.directory));
    return named;
  }
  return {
    ...(relay === undefined ? {} : { relay: reading(() => parseRelayUrl(relay)) }),
    ...(directory === undefined ? {} : { directory: await readListFile(directory) }),
  };
}

async function readNetworkFile(path: string): Promise<string> {
  return await readText(path, MAX_NETWORK_CHARACTERS, {
    missing: 'this is neither a network text nor a file that can be read',
    tooLong: 'this file is too long for a network text',
  });
}

async function readListFile(path: string) {
  const text = await readText(path, MAX_LIST_BYTES, {
    missing: 'the file of the directory cannot be read',
    tooLong: 'this file is too long for a list of storage nodes',
  });
  const signed = readDirectory(() => parseListFile(text));
  checkDirectory(signed);
  return encodeSignedList(signed);
}

async function readText(
  path: string,
  limit: number,
  words: { readonly missing: string; readonly tooLong: string },
): Promise<string> {
  try {
    const facts = await stat(path);
    if (facts.isFile() && facts.size <= limit) return await readFile(path, 'utf8');
  } catch {
    throw badNetwork(words.missing);
  }
  throw badNetwork(words.tooLong);
}

function writeNetwork(network: Network): string {
  return reading(() => formatNetwork(network));
}

function reading<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof IdentityError) throw badNetwork(error.message);
    throw error;
  }
}

function badNetwork(message: string): LocalApiError {
  return new LocalApiError(
    'bad-network',
    message,
    'give --network TEXT (from a friend, or `sotto network export`), --invite LINK, or --relay URL, --directory FILE or both',
  );
}
