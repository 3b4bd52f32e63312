import { MAIL_CLASSES } from './constants.ts';
import type { MailClass } from './mailbox.ts';

/** How a class stands in a row. */
export const CLASS_NUMBER: Readonly<Record<MailClass, number>> = { contact: 0, request: 1, story: 2 };

/** What is none of the others is counted as a contact's. */
export function classOf(number: unknown): MailClass {
  return MAIL_CLASSES.find((mailClass) => CLASS_NUMBER[mailClass] === number) ?? 'contact';
}
