import { readFile, stat } from 'node:fs/promises';
import { toBase64Url } from '@sotto/bytes';
import {
  formatNetwork,
  formatRelayUrl,
  IdentityError,
  type Network,
  parseInvite,
  parseNetwork,
  parseRelayUrl,
} from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';

/** The longest network text (identity). */
const MAX_FILE_BYTES = 65_536;

/** The ways a user can say where a new account goes. */
export interface NetworkChoice {
  /** A network text, or a file that holds one. */
  readonly network?: string;
  readonly relay?: string;
  /** Names a relay and carries a ticket for it. */
  readonly invite?: string;
}

/** One network text and, from an invite, its ticket. Throws LocalApiError `bad-network`; asks nobody. */
export async function resolveNetwork(
  choice: NetworkChoice,
): Promise<{ readonly network: string; readonly ticket?: string }> {
  const named = await namedNetwork(choice);
  if (choice.invite === undefined) {
    if (named === undefined) throw badNetwork('no network is given');
    return { network: formatNetwork(named) };
  }
  const { invite: text } = choice;
  const invite = reading(() => parseInvite(text));
  const inviting = formatRelayUrl(invite.relay);
  if (named?.relay !== undefined && formatRelayUrl(named.relay) !== inviting) {
    throw badNetwork('the invite is for another relay than the one given');
  }
  return {
    network: formatNetwork(named?.relay === undefined ? { relay: invite.relay } : named),
    ticket: toBase64Url(invite.ticket),
  };
}

/** The network text that a friend pastes. Throws LocalApiError `bad-network`. */
export function exportNetwork(relayUrl: string): { readonly network: string; readonly relay: string } {
  const relay = reading(() => parseRelayUrl(relayUrl));
  return { network: formatNetwork({ relay }), relay: formatRelayUrl(relay) };
}

/** The relay of a network text that was checked when the account was made. */
export function relayOfNetwork(text: string): string | null {
  const { relay } = parseNetwork(text);
  return relay === undefined ? null : formatRelayUrl(relay);
}

async function namedNetwork({ network, relay }: NetworkChoice): Promise<Network | undefined> {
  if (network !== undefined) {
    const text = network.trim().startsWith('sotto-network:') ? network : await readNetworkFile(network);
    return reading(() => parseNetwork(text));
  }
  return relay === undefined ? undefined : { relay: reading(() => parseRelayUrl(relay)) };
}

async function readNetworkFile(path: string): Promise<string> {
  try {
    const facts = await stat(path);
    if (facts.isFile() && facts.size <= MAX_FILE_BYTES) return await readFile(path, 'utf8');
  } catch {
    throw badNetwork('this is neither a network text nor a file that can be read');
  }
  throw badNetwork('this file is too long for a network text');
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
    'give --network TEXT (from a friend, or `sotto network export`), --relay URL, or --invite LINK',
  );
}
