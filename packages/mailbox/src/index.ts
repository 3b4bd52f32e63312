export { ERASE_WITHIN, MAIL_RETENTION, QUOTA } from './constants.ts';
export type { MailboxErrorCode } from './errors.ts';
export { MailboxError } from './errors.ts';
export { GroupCommit } from './group-commit.ts';
export type { FolderHold } from './hold-folder.ts';
export { holdFolder } from './hold-folder.ts';
export type { EraseFailed } from './log-eraser.ts';
export { LogEraser } from './log-eraser.ts';
export type {
  AppendOutcome,
  Mailbox,
  MailClass,
  MailEntry,
  QueueName,
  QueueUse,
  StoredMail,
} from './mailbox.ts';
export type { Database, DatabaseOptions } from './open-database.ts';
export { openDatabase } from './open-database.ts';
export type { Reading } from './prepare-reading.ts';
export { prepareReading } from './prepare-reading.ts';
export { MAILBOX_MIGRATIONS } from './schema.ts';
export type { MailboxOptions } from './sqlite-mailbox.ts';
export { openMailbox } from './sqlite-mailbox.ts';
