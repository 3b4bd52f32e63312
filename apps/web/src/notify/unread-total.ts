import type { ChatValue } from '@sotto/local-api';

/** What the title and the rail count: unread messages of people one knows, and a request as one each. */
export function unreadTotal(chats: Iterable<ChatValue>): number {
  let total = 0;
  for (const { contact, unread } of chats) {
    if (contact.state === 'request') total += 1;
    else if (contact.state !== 'blocked') total += unread;
  }
  return total;
}

const MOST = 99;

/** `(3) Sotto`; nothing of whom or what. */
export function titleWith(total: number, name: string): string {
  if (total === 0) return name;
  return `(${total > MOST ? `${MOST}+` : total}) ${name}`;
}
