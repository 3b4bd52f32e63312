import { useEffect } from 'react';
import { useChats } from '../state/chats-store.ts';
import { go, type Route, replaceRoute } from '../state/route.ts';
import { listed, neighbour } from './listed.ts';

type ChatRoute = Extract<Route, { screen: 'chats' | 'requests' }>;

/** Alt with arrows goes through the chats, with Shift through unread ones. While the list is on screen. */
export function useChatKeys(route: ChatRoute): void {
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      const { key, altKey, shiftKey, ctrlKey, metaKey } = event;
      if (!altKey || ctrlKey || metaKey || (key !== 'ArrowDown' && key !== 'ArrowUp')) return;
      if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="alertdialog"]')) return;
      event.preventDefault();
      const { byId, order } = useChats.getState();
      const accounts = listed(route.screen, byId, order);
      const wish = { step: key === 'ArrowDown' ? 1 : -1, unreadOnly: shiftKey } as const;
      const next = neighbour(accounts, route.chat, wish, (id) => (byId.get(id)?.unread ?? 0) > 0);
      if (next !== undefined) openRow(route, next);
    };
    addEventListener('keydown', take);
    return () => removeEventListener('keydown', take);
  }, [route]);
}

/** From chat to chat is no step for the back button; from the list into a chat is one. */
export function openRow(route: ChatRoute, chat: string): void {
  const next = { screen: route.screen, chat } as const;
  if (route.chat === undefined) go(next);
  else replaceRoute(next);
}
