import type { Route } from '../state/route.ts';

export function ChatScreen(_props: { readonly route: Extract<Route, { screen: 'chats' | 'requests' }> }) {
  return <main id="main" />;
}
