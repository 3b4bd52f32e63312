import type { ChatValue, LocalEvent, SettingsValue } from '@sotto/local-api';

export interface Shown {
  readonly account: string;
  readonly kind: 'message' | 'request';
  /** Only where the person chose to see it. */
  readonly name: string | undefined;
}

interface Situation {
  readonly notifications: SettingsValue['notifications'];
  readonly attended: boolean;
  readonly chat: ChatValue | undefined;
}

/** What a notification would tell of an event: never a text. Undefined when there is to be none. */
export function notificationFor(event: LocalEvent, now: Situation): Shown | undefined {
  if (now.notifications === 'off' || now.attended) return undefined;
  const shown = (account: string, kind: Shown['kind'], name: string | null | undefined): Shown => ({
    account,
    kind,
    name: now.notifications === 'name' ? (name ?? undefined) : undefined,
  });
  if (event.event === 'request') return shown(event.account_id, 'request', undefined);
  if (event.event !== 'item' || event.item.kind !== 'text' || event.item.direction !== 'in') return undefined;
  // A request is told once, and blocked people not at all.
  if (event.item.request || now.chat?.contact.state === 'blocked') return undefined;
  return shown(event.account_id, 'message', now.chat?.contact.name);
}
