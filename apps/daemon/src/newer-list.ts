import { encodeSignedList } from '@sotto/directory';
import { IdentityError, type Network, parseNetwork } from '@sotto/identity';
import { type AdoptedListValue, LocalApiError } from '@sotto/local-api';
import type { AdoptOutcome, OnionRoad } from '@sotto/transport-onion';
import { checkDirectory, nameDirectory, readDirectory } from './directories.ts';

/**
 * Have an account go by the list in a network text: only by a newer one that those have signed whom it
 * trusts already. A relay in the text is left aside. Throws LocalApiError `bad-network`.
 */
export async function newerList(
  text: string,
  road: Pick<OnionRoad, 'adopt'> | undefined,
): Promise<Omit<AdoptedListValue, 'account_id'>> {
  const { directory } = read(text);
  if (directory === undefined) throw refused('this network text holds no list of storage nodes');
  const signed = readDirectory(directory);
  checkDirectory(signed);
  if (road === undefined) {
    throw refused(
      'this account uses no storage nodes, so it has no list of them to renew',
      'its relay is what `sotto account show` prints; an account with storage nodes is a new one',
    );
  }
  const { outcome, list } = await road.adopt(encodeSignedList(signed));
  if (outcome !== 'adopted' && outcome !== 'same') throw refusal(outcome);
  return {
    directory: nameDirectory(signed),
    sequence: list.sequence,
    issued_at: list.issuedAt,
    storage_nodes: list.nodes,
    changed: outcome === 'adopted',
  };
}

function refusal(outcome: Exclude<AdoptOutcome, 'adopted' | 'same'>): LocalApiError {
  switch (outcome) {
    case 'older':
      return refused(
        'the list in this network text is older than the one that the profile goes by; nothing was changed',
      );
    case 'unproven':
      return refused(
        'this network text is of another network, or its keepers have changed: its list is not signed by those whom this profile trusts; nothing was changed',
        'ask for the text of the network that the account is in, if its keepers have changed for the one that both the old and the new have signed; for another network make or restore an account in a new profile',
      );
    case 'forked':
      return refused(
        'those who keep the directory have signed two different lists of the same number; nothing was changed',
        'ask them which one holds; they must sign one with a higher number',
      );
    case 'malformed':
      return refused('the list in this network text cannot be used in this network; nothing was changed');
  }
}

function read(text: string): Network {
  try {
    return parseNetwork(text);
  } catch (error) {
    if (error instanceof IdentityError) throw refused(error.message);
    throw error;
  }
}

function refused(
  message: string,
  hint = 'ask a friend in the same network, or whoever keeps the directory, for the network text of today',
): LocalApiError {
  return new LocalApiError('bad-network', message, hint);
}
