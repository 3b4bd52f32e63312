import type { MailClass } from './mailbox.ts';

/** How a class stands in a row. */
export const CLASS_NUMBER: Readonly<Record<MailClass, number>> = { contact: 0, request: 1 };

export function classOf(number: unknown): MailClass {
  return number === CLASS_NUMBER.request ? 'request' : 'contact';
}
