import type { SignedList } from '@sotto/directory';
import {
  formatRelayUrl,
  IdentityError,
  type Network,
  parseNetwork,
  type RelayAddress,
} from '@sotto/identity';
import { LocalApiError, type NetworkSummaryValue, type NetworkViewValue } from '@sotto/local-api';
import { checkDirectory, nameDirectory, readDirectory } from './directories.ts';

/**
 * The network that a text names, checked as far as that goes without asking anybody. Unlike on the
 * command line a text is never the name of a file. Throws LocalApiError `bad-network`.
 */
export function readNetworkText(text: string): Network {
  const network = parse(text.trim());
  if (network.directory !== undefined) checkDirectory(readDirectory(network.directory));
  return network;
}

export function summarizeNetwork(text: string): NetworkSummaryValue {
  const { relay, directory } = readNetworkText(text);
  return {
    relay: relay === undefined ? null : placeOf(relay),
    directory: directory === undefined ? null : directoryValue(readDirectory(directory)),
  };
}

export function relayValue(relay: RelayAddress): NonNullable<NetworkViewValue['relay']> {
  return { ...placeOf(relay), key: formatRelayUrl(relay).split('#key=')[1] ?? null };
}

export function directoryValue(signed: SignedList): NonNullable<NetworkSummaryValue['directory']> {
  const { sequence, issuedAt, nodes, signers, threshold } = signed.list;
  return {
    name: nameDirectory(signed),
    sequence,
    issued_at: issuedAt,
    nodes: nodes.length,
    swarms: new Set(nodes.map(({ swarm }) => swarm)).size,
    signers: signers.length,
    threshold,
  };
}

function placeOf({ url }: RelayAddress): { readonly url: string; readonly host: string } {
  return { url, host: new URL(url).host };
}

function parse(text: string): Network {
  try {
    return parseNetwork(text);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new LocalApiError(
      'bad-network',
      error.message,
      'a network text comes from a friend, or from `sotto network export`',
    );
  }
}
