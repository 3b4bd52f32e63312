import type { Route } from '../state/route.ts';

export function ChatList(_props: { readonly route: Extract<Route, { screen: 'chats' | 'requests' }> }) {
  return <aside id="list" />;
}
