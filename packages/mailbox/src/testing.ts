export type { MailboxUnderTest } from './testing/mailbox-suite.ts';
export { entry, mailboxSuite } from './testing/mailbox-suite.ts';
