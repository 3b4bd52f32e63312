import type { ChatValue } from '@sotto/local-api';

type Screen = 'chats' | 'requests';

/** The chats that a screen lists, in the order of the whole list. */
export function listed(
  screen: Screen,
  byId: ReadonlyMap<string, ChatValue>,
  order: readonly string[],
): string[] {
  return order.filter((account) => {
    const state = byId.get(account)?.contact.state;
    return state !== undefined && (state === 'request') === (screen === 'requests');
  });
}

interface Wish {
  readonly step: 1 | -1;
  readonly unreadOnly: boolean;
}

/** The chat below or above another, without going round; from none, the first or the last. */
export function neighbour(
  accounts: readonly string[],
  current: string | undefined,
  { step, unreadOnly }: Wish,
  isUnread: (account: string) => boolean,
): string | undefined {
  const at = current === undefined ? -1 : accounts.indexOf(current);
  const start = at === -1 && step === -1 ? accounts.length : at;
  for (let next = start + step; next >= 0 && next < accounts.length; next += step) {
    const account = accounts[next];
    if (account !== undefined && (!unreadOnly || isUnread(account))) return account;
  }
  return undefined;
}

/** The next row whose name begins with what is typed, from the one after `from` on and around. */
export function rowBeginning(names: readonly string[], typed: string, from: number): number | undefined {
  const wanted = typed.toLocaleLowerCase();
  // One letter again goes on to the next row; more letters may stay with this one.
  const first = typed.length > 1 ? 0 : 1;
  for (let step = first; step < names.length + first; step++) {
    const at = (from + step + names.length) % names.length;
    if (names[at]?.trim().toLocaleLowerCase().startsWith(wanted)) return at;
  }
  return undefined;
}
