import type { Client } from '@sotto/client';
import { type Handlers, LocalApiError } from '@sotto/local-api';
import { readNetworkText } from '../network-values.ts';
import { placesOfNetwork } from '../networks.ts';
import { newerList } from '../newer-list.ts';
import type { Owned } from '../owned.ts';
import { enrolRefusal, noAccount } from '../refusals.ts';
import { accountValue } from '../to-values.ts';

type AccountCommands = Pick<
  Handlers,
  | 'account.create'
  | 'account.restore'
  | 'account.show'
  | 'account.phrase'
  | 'account.forget_phrase'
  | 'account.rename'
  | 'account.network'
  | 'account.delete'
>;

export function accountCommands(owned: Owned): AccountCommands {
  const { client, profile } = owned;
  const toValue = (own: Parameters<typeof accountValue>[0]) =>
    accountValue(own, { profile, ...placesOfNetwork(own.network) });

  return {
    'account.create': async ({ onion_only: onionOnly = false, ...params }) => {
      const network = networkFor(owned, params);
      await owned.openRoads();
      const outcome = await client.createAccount({ ...params, network, onionOnly });
      if (outcome.outcome !== 'created') throw refusal(outcome, network);
      return toValue(outcome.account);
    },
    'account.restore': async ({ onion_only: onionOnly = false, ...params }) => {
      const network = networkFor(owned, params);
      await owned.openRoads();
      const outcome = await client.restoreAccount({ ...params, network, onionOnly });
      if (outcome.outcome !== 'restored') throw refusal(outcome, network);
      return { ...toValue(outcome.account), from_session: outcome.fromSession };
    },
    'account.show': async () => {
      const own = await client.showAccount();
      if (own === undefined) throw noAccount();
      return toValue(own);
    },
    'account.phrase': async () => {
      const own = await client.showAccount({ phrase: true });
      if (own === undefined) throw noAccount();
      if (own.words === undefined) throw noPhrase();
      return { phrase: own.words };
    },
    'account.forget_phrase': async ({ words }) => {
      const own = await client.showAccount({ phrase: true });
      if (own === undefined) throw noAccount();
      if (own.words === undefined) throw noPhrase();
      if (plain(words) !== plain(own.words)) {
        throw new LocalApiError(
          'bad-words',
          'these are not the words of this account; nothing was forgotten',
          'see them again with `sotto account show --phrase`',
        );
      }
      await client.confirmPhraseSaved();
      return toValue({ ...own, holdsSeed: false });
    },
    'account.rename': async ({ name }) => {
      const outcome = await client.rename(name);
      if (outcome.outcome === 'no-account') throw noAccount();
      if (outcome.outcome === 'bad-name') throw new LocalApiError('bad-name', outcome.reason);
      return toValue(outcome.account);
    },
    'account.network': async ({ network }) => {
      const own = await client.showAccount();
      if (own === undefined) throw noAccount();
      await owned.openRoads();
      return { account_id: own.account, ...(await newerList(network, owned.onion())) };
    },
    'account.delete': async ({ force, here_only: hereOnly = false }) => {
      if (!hereOnly) await owned.openRoads();
      const outcome = await client.deleteAccount({ force, hereOnly });
      if (outcome.outcome === 'no-account') throw noAccount();
      if (outcome.outcome === 'road-failed') {
        throw new LocalApiError(
          'unreachable',
          `the ${outcome.road} did not confirm that the account is gone; nothing was erased here`,
          'try again, or erase it here only with --force',
        );
      }
      owned.retire();
      return outcome.onlyHere === undefined ? {} : { only_here: outcome.onlyHere };
    },
  };
}

/** The one given, or the one that the app was started with. Throws LocalApiError `bad-network`. */
function networkFor(owned: Owned, { network = owned.network }: { readonly network?: string }): string {
  if (network === undefined) {
    throw new LocalApiError('bad-network', 'no network is given', 'give a network text');
  }
  readNetworkText(network);
  return network;
}

function noPhrase(): LocalApiError {
  return new LocalApiError('no-phrase', 'this device does not hold the words of this account');
}

/** Words as somebody may have copied them from paper. */
function plain(words: string): string {
  return words.trim().toLowerCase().split(/\s+/).join(' ');
}

type CreateRefusal = Exclude<Awaited<ReturnType<Client['createAccount']>>, { outcome: 'created' }>;
type RestoreRefusal = Exclude<Awaited<ReturnType<Client['restoreAccount']>>, { outcome: 'restored' }>;

function refusal(outcome: CreateRefusal | RestoreRefusal, network: string): LocalApiError {
  switch (outcome.outcome) {
    case 'account-exists':
      return new LocalApiError(
        'account-exists',
        'this profile has an account already',
        'name another folder with --profile, or see `sotto account show`',
      );
    case 'bad-name':
    case 'bad-network':
    case 'bad-words':
    case 'record-refused':
      return new LocalApiError(outcome.outcome, outcome.reason);
    default:
      return enrolRefusal(outcome, { relay: placesOfNetwork(network).relay !== null });
  }
}
