/** What goes by a path. */
export type Purpose =
  | { readonly kind: 'ask' | 'server' | 'other' }
  /** Which of this account's mailboxes is collected from. */
  | { readonly kind: 'mailbox'; readonly number: number };

/** `ask`, `server` or `mail 2` as the onion road names its paths; `other` for what a newer one adds. */
export function purposeOf(name: string): Purpose {
  if (name === 'ask' || name === 'server') return { kind: name };
  const number = /^(?:mail )?(\d{1,6})$/.exec(name)?.[1];
  return number === undefined ? { kind: 'other' } : { kind: 'mailbox', number: Number(number) };
}
