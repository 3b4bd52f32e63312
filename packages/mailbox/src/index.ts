export { MAIL_RETENTION, QUOTA } from './constants.ts';
export type {
  AppendOutcome,
  Mailbox,
  MailClass,
  MailEntry,
  QueueName,
  QueueUse,
  StoredMail,
} from './mailbox.ts';
export { MAILBOX_MIGRATIONS } from './schema.ts';
export type { MailboxOptions } from './sqlite-mailbox.ts';
export { openMailbox } from './sqlite-mailbox.ts';
