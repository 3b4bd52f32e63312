import type { AccountValue } from '@sotto/local-api';
import { DONE } from '../cli-error.ts';
import { describeAccount } from './account.ts';
import { noteWhenSlow } from './note-when-slow.ts';
import { quoteForShell } from './quote-for-shell.ts';
import { readWords } from './read-words.ts';
import { type Screen, withOwner } from './screen.ts';

const SLOW = 'waiting for the network to take the account in';

/** For accounts made or brought back without --name: no relay knows names; it says nothing about the machine or its user. */
const NO_NAME = 'Sotto user';

interface NewAccountRequest {
  readonly name?: string;
  readonly network: string;
  readonly ticket?: string;
  readonly onionOnly: boolean;
}

export async function createAccount(request: NewAccountRequest, screen: Screen): Promise<number> {
  const { name = NO_NAME, network, ticket, onionOnly } = request;
  return await withOwner(screen, async (api) => {
    const account = await noteWhenSlow(screen.output, SLOW, () =>
      api.call('account.create', {
        name,
        network,
        ...(ticket === undefined ? {} : { ticket }),
        ...(onionOnly ? { onion_only: true } : {}),
      }),
    );
    await screen.output.result(withoutInner(account), describeAccount(account));
    noteMissingRoad(account, screen);
    if (!screen.output.json) {
      const command = `sotto account show --phrase --profile ${quoteForShell(account.profile)}`;
      screen.output.note(`Write its words down, they are the only way back: ${command}`);
    }
    return DONE;
  });
}

export async function restoreAccount(request: NewAccountRequest, screen: Screen): Promise<number> {
  const { name = NO_NAME, network, ticket, onionOnly } = request;
  const words = await readWords(screen, 'Type the words of the account in one line:');
  return await withOwner(screen, async (api) => {
    const account = await noteWhenSlow(screen.output, SLOW, () =>
      api.call('account.restore', {
        words,
        name,
        network,
        ...(ticket === undefined ? {} : { ticket }),
        ...(onionOnly ? { onion_only: true } : {}),
      }),
    );
    if (account.from_session) {
      screen.output.note(
        'These are the words of a Session account. Its chats do not continue in Sotto; a new account is the better choice.',
      );
    }
    await screen.output.result(withoutInner(account), describeAccount(account));
    noteMissingRoad(account, screen);
    if (!screen.output.json) {
      screen.output.note(
        'This is a new device, and the one before has ended. Contacts and chats do not come with the words: people are requests until you accept them.',
      );
    }
    return DONE;
  });
}

/** One road is enough for an account to be made; the other one may come later. */
function noteMissingRoad({ relay, directory, roads }: AccountValue, { output }: Screen): void {
  if (output.json) return;
  const missing = [
    ...(relay !== null && !roads.includes('relay') ? ['the relay'] : []),
    ...(directory !== null && !roads.includes('onion') ? ['the onion network'] : []),
  ];
  for (const place of missing) {
    output.note(
      `${place} did not take the account in yet; it is tried again while a daemon or a command runs`,
    );
  }
}

/** The fields of the contract. */
function withoutInner({ account_id, aci, name, profile, relay, directory }: AccountValue) {
  return { account_id, aci, name, profile, relay, directory };
}
