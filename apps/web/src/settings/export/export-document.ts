import type { AccountValue, ChatItemValue, ContactValue } from '@sotto/local-api';

/**
 * The file that a person takes along, version 1: docs/export.md. What goes in is named field by field, so
 * that nothing comes along unseen when the owner of the profile tells more one day: no key, no word, no
 * path of this machine.
 */
const EXPORT_FORMAT = 'sotto-export';
const EXPORT_VERSION = 1;

interface Head {
  readonly account: AccountValue;
  readonly contacts: readonly ContactValue[];
  /** Of the program that wrote it. */
  readonly program: string;
  readonly now: number;
}

/** Everything before the first chat; `exportTail` closes what this opens. */
export function exportHead({ account, contacts, program, now }: Head): string {
  const head = JSON.stringify({
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    exported_at: now,
    program,
    account: { account_id: account.account_id, aci: account.aci, name: account.name },
    contacts: contacts.map((contact) => ({
      account_id: contact.account_id,
      name: contact.name,
      their_name: contact.their_name,
      state: contact.state,
      road: contact.road,
      verified: contact.verified,
      added_at: contact.added_at,
    })),
  });
  return `${head.slice(0, -1)},"chats":[`;
}

/** One chat, its items oldest first; `first` tells whether another one stands before it. */
export function exportChat(accountId: string, items: readonly ChatItemValue[], first: boolean): string {
  return `${first ? '' : ','}\n${JSON.stringify({ account_id: accountId, items: items.map(exportItem) })}`;
}

export const EXPORT_TAIL = '\n]}\n';

function exportItem(item: ChatItemValue): Record<string, unknown> {
  if (item.kind === 'gap') {
    return { kind: 'gap', id: item.id, missing: item.missing, received_at: item.received_at };
  }
  return {
    kind: 'text',
    id: item.id,
    direction: item.direction,
    text: item.text,
    state: item.state,
    road: item.road,
    sent_at: item.sent_at,
    ...(item.received_at === undefined ? {} : { received_at: item.received_at }),
  };
}

/** Name of the file, by the day in this place. */
export function exportName(now: Date): string {
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return `sotto-export-${parts.map((part) => String(part).padStart(2, '0')).join('-')}.json`;
}
