export type { MailboxUnderTest } from './testing/mailbox-suite.ts';
export { entry, mailboxSuite } from './testing/mailbox-suite.ts';
export type { OnlineMailUnderTest } from './testing/online-mail-suite.ts';
export { onlineMailSuite } from './testing/online-mail-suite.ts';
