import i18next from 'i18next';
import { useEffect } from 'react';
import { useApp } from '../state/app-store.ts';
import { useChats } from '../state/chats-store.ts';
import { onEvent } from '../state/connection.ts';
import { go } from '../state/route.ts';
import { isAttended } from './attention.ts';
import { notificationFor, type Shown } from './notification-for.ts';

/** Tell of what comes while nobody looks, as far as the person and the browser allow it. Once per page. */
export function useNotifications(): void {
  useEffect(() => {
    const open = new Map<string, Notification>();
    const clear = () => {
      for (const notification of open.values()) notification.close();
      open.clear();
    };
    const stop = onEvent((event) => {
      const { notifications } = useApp.getState().settings;
      const account = 'account_id' in event ? event.account_id : '';
      const chat = useChats.getState().byId.get(account);
      const shown = notificationFor(event, { notifications, attended: isAttended(), chat });
      const notification = shown && showNotification(shown);
      if (notification) open.set(account, notification);
    });
    // Whoever is here sees the badges.
    addEventListener('focus', clear);
    return () => {
      stop();
      clear();
      removeEventListener('focus', clear);
    };
  }, []);
}

/** One notification for each chat, in the place of the one before. Undefined where none can be shown. */
function showNotification({ account, kind, name }: Shown): Notification | undefined {
  if (!('Notification' in window) || Notification.permission !== 'granted') return undefined;
  try {
    const notification = new Notification(name ?? i18next.t('appName'), {
      body: i18next.t(`notify.${kind}`, { ns: 'chats' }),
      // Not the ID: the system keeps what it is told about notifications.
      tag: tagOf(account),
      icon: '/icon.svg',
    });
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
      go({ screen: kind === 'request' ? 'requests' : 'chats', chat: account });
    });
    return notification;
  } catch {
    // Browsers that show them from service workers only throw here.
    return undefined;
  }
}

const tags = new Map<string, string>();

/** Another word for a chat in every page: notifications are kept by the system. */
function tagOf(account: string): string {
  const tag = tags.get(account) ?? crypto.randomUUID();
  tags.set(account, tag);
  return tag;
}
