import type { AccountValue } from '@sotto/local-api';
import { CliError, DONE } from '../cli-error.ts';
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

export async function deleteAccount(
  request: { readonly force: boolean; readonly yes: boolean },
  screen: Screen,
): Promise<number> {
  if (!request.yes && canAsk(screen.terminal)) await confirm(screen);
  return await withOwner(screen, async (api) => {
    const { account_id } = await api.call('account.show', {});
    await noteWhenSlow(screen.output, 'waiting for the network to answer', () =>
      api.call('account.delete', { force: request.force }),
    );
    await screen.output.result({ account_id, deleted: true }, `deleted ${account_id}`);
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

async function confirm({ terminal, output }: Screen): Promise<void> {
  output.note('This deletes the account from its network and every message here. Type "delete" to go on:');
  const answer = await readInput(terminal, 1024);
  if (answer.trim() !== 'delete') throw new CliError('bad-input', 'nothing was deleted');
}
