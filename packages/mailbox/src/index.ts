export { MAIL_CLASSES, MAIL_RETENTION, QUOTA } from './constants.ts';
export type {
  AppendOutcome,
  ExchangeOutcome,
  Mailbox,
  MailClass,
  MailEntry,
  MailName,
  PaidOutcome,
  Premise,
  QueueEnd,
  QueueName,
  QueueUse,
  Stamp,
  StoredMail,
} from './mailbox.ts';
export type { OnlineEntry, OnlineEnvelope, OnlineMail } from './online-mail.ts';
export { memoryOnlineMail } from './online-mail.ts';
export type { PostgresMailboxOptions } from './postgres/postgres-mailbox.ts';
export { openPostgresMailbox } from './postgres/postgres-mailbox.ts';
export { openPostgresOnlineMail } from './postgres/postgres-online-mail.ts';
export { POSTGRES_MAILBOX_MIGRATIONS } from './postgres/schema.ts';
export { MAILBOX_MIGRATIONS } from './schema.ts';
export type { MailboxOptions } from './sqlite-mailbox.ts';
export { openMailbox } from './sqlite-mailbox.ts';
