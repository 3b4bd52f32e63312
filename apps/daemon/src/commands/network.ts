import { encodeSignedList } from '@sotto/directory';
import { formatAccountId, formatNetwork, listWords, parseJoinLink, parseNetwork } from '@sotto/identity';
import { type Handlers, LocalApiError } from '@sotto/local-api';
import { readDirectory } from '../directories.ts';
import { joinLink } from '../join-link.ts';
import { directoryValue, relayValue, summarizeNetwork } from '../network-values.ts';
import type { Owned } from '../owned.ts';
import { noAccount } from '../refusals.ts';
import { pathValue, roadValues } from '../to-values.ts';

export function networkCommands(
  owned: Owned,
): Pick<
  Handlers,
  | 'network.share'
  | 'network.text'
  | 'network.join'
  | 'network.inspect'
  | 'network.show'
  | 'paths.rotate'
  | 'words.list'
> {
  // What storage nodes have told since outdoes what came with the account's text.
  const ownNetwork = async () => {
    const own = await owned.client.showAccount();
    if (own === undefined) throw noAccount();
    await owned.openRoads();
    const { relay, directory } = parseNetwork(own.network);
    return { own, relay, list: owned.onion()?.list() ?? (directory && readDirectory(directory)) };
  };
  return {
    'network.share': async () => {
      const { own, list } = await ownNetwork();
      if (list === undefined) throw noNodes();
      if (list.list.threshold === 0) throw unsigned();
      return {
        link: joinLink(
          own,
          list,
          (owned.onion()?.guards() ?? []).map(({ ip }) => ip),
        ),
      };
    },
    'network.text': async () => {
      const { relay, list } = await ownNetwork();
      const network = formatNetwork({
        ...(relay === undefined ? {} : { relay }),
        ...(list === undefined ? {} : { directory: encodeSignedList(list) }),
      });
      return { network };
    },
    'network.join': async ({ link }) => {
      const network = await owned.join(link);
      const { account, name = null } = parseJoinLink(link);
      return { network, summary: summarizeNetwork(network), account_id: formatAccountId(account), name };
    },
    'network.inspect': async ({ network }) => summarizeNetwork(network),
    'network.show': async () => {
      const [own, { roads }] = await Promise.all([owned.client.showAccount(), owned.client.status()]);
      const { relay, directory } = own === undefined ? {} : parseNetwork(own.network);
      const onion = owned.onion();
      // What storage nodes have told since outdoes what came with the text.
      const list = onion?.list() ?? (directory && readDirectory(directory));
      return {
        roads: roadValues(roads, { trouble: onion?.trouble() }),
        relay: relay === undefined ? null : relayValue(relay),
        directory: list === undefined ? null : directoryValue(list),
        guards: (onion?.guards() ?? []).map(({ ip, key, chosenAt, state }) => ({
          ip,
          key,
          chosen_at: chosenAt,
          state,
        })),
        paths: (onion?.paths() ?? []).map(pathValue),
        proxied: owned.proxied,
      };
    },
    'paths.rotate': async () => {
      owned.onion()?.rotatePaths();
      return {};
    },
    'words.list': async () => ({ words: [...listWords()] }),
  };
}

function noNodes(): LocalApiError {
  return new LocalApiError(
    'not-supported',
    'this account uses no storage nodes, so nobody can join by a link of it',
    'its relay takes people in: `sotto relay invite`',
  );
}

function unsigned(): LocalApiError {
  return new LocalApiError(
    'not-possible',
    'nobody has signed the list of storage nodes that this account goes by, so a link could not say whose list to take',
    'give them the network itself: `sotto network share --text`',
  );
}
