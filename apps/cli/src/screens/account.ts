import type { AccountValue, Result } from '@sotto/local-api';
import { CliError, DONE } from '../cli-error.ts';
import type { RelayAccessChoice } from '../parse/invocation.ts';
import { canAsk, readInput } from '../terminal.ts';
import { noteWhenSlow } from './note-when-slow.ts';
import { readWords } from './read-words.ts';
import { type Screen, withOwner } from './screen.ts';

export async function showAccount({ phrase }: { readonly phrase: boolean }, screen: Screen): Promise<number> {
  return await withOwner(screen, async (api) => {
    if (phrase) {
      const shown = await api.call('account.phrase', {});
      await screen.output.result(shown, shown.phrase);
    } else {
      const account = await api.call('account.show', {});
      await screen.output.result(account, describeAccount(account));
    }
    return DONE;
  });
}

/** Whoever types the words has them; this device then needs them no more. */
export async function forgetPhrase(screen: Screen): Promise<number> {
  const words = await readWords(screen, 'Type the words from your paper in one line:');
  return await withOwner(screen, async (api) => {
    const { account_id, holds_phrase } = await api.call('account.forget_phrase', { words });
    await screen.output.result({ account_id, holds_phrase }, 'forgotten here; your paper is the only copy');
    return DONE;
  });
}

/** Print how the own relay is asked by what must not say who asks, or have it asked otherwise from now on. */
export async function relayAccess(
  { access }: { readonly access?: RelayAccessChoice },
  screen: Screen,
): Promise<number> {
  return await withOwner(screen, async (api) => {
    const { relay_access } =
      access === undefined
        ? await api.call('settings.read', {})
        : await api.call('settings.change', { relay_access: access });
    await screen.output.result({ relay_access }, RELAY_ACCESS[relay_access]);
    return DONE;
  });
}

const RELAY_ACCESS: Readonly<Record<RelayAccessChoice, string>> = {
  direct:
    'direct: on a connection of its own. A relay that watches addresses in memory can tell who wrote to whom, though nothing stored joins them',
  onion: 'onion: through the onion network, and never directly. Mail still comes in on a direct connection',
};

/** Go by the list of storage nodes in a newer text of the same network. */
export async function renewNetwork(network: string, screen: Screen): Promise<number> {
  return await withOwner(screen, async (api) => {
    const adopted = await api.call('account.network', { network });
    const { storage_nodes: count, sequence, changed } = adopted;
    const list = `list ${sequence} with ${count} storage nodes`;
    await screen.output.result(adopted, changed ? `goes by ${list} from now on` : `goes by ${list} already`);
    return DONE;
  });
}

export async function deleteAccount(
  request: { readonly force: boolean; readonly yes: boolean },
  screen: Screen,
): Promise<number> {
  if (!request.yes && canAsk(screen.terminal)) await confirm(screen);
  return await withOwner(screen, async (api) => {
    const { account_id } = await api.call('account.show', {});
    const { only_here } = await noteWhenSlow(screen.output, 'waiting for the network to answer', () =>
      api.call('account.delete', { force: request.force }),
    );
    const only = only_here === undefined ? {} : { only_here };
    await screen.output.result(
      { account_id, deleted: true, ...only },
      describeDeleted(account_id, only_here),
    );
    return DONE;
  });
}

export function describeAccount(account: AccountValue): string {
  return [
    `account    ${account.account_id}`,
    `aci        ${account.aci}`,
    `name       ${account.name}`,
    `profile    ${account.profile}`,
    `relay      ${account.relay ?? 'none'}`,
    `directory  ${account.directory ?? 'none'}`,
  ].join('\n');
}

function describeDeleted(account: string, onlyHere: Result<'account.delete'>['only_here']): string {
  switch (onlyHere) {
    case undefined:
      return `deleted ${account}`;
    case 'replaced':
      return `erased this device's copy of ${account}; the account goes on with the device that took it over`;
    case 'unconfirmed':
      return `erased this device's copy of ${account}; the network did not confirm that the account is gone`;
  }
}

async function confirm(screen: Screen): Promise<void> {
  const { terminal, output } = screen;
  const { replaced } = await withOwner(screen, (api) => api.call('status', {}));
  output.note(
    replaced === true
      ? 'The account goes on with another device. This erases the copy and every message here. Type "delete" to go on:'
      : 'This deletes the account from its network and every message here. Type "delete" to go on:',
  );
  const answer = await readInput(terminal, 1024);
  if (answer.trim() !== 'delete') throw new CliError('bad-input', 'nothing was deleted');
}
