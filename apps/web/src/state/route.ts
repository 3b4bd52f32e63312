import { create } from 'zustand';

/** What is on screen. Never in the address: a browser's history must not hold whom somebody writes to. */
export type Route =
  | { readonly screen: 'chats'; readonly chat?: string; readonly at?: number; readonly details?: boolean }
  | { readonly screen: 'requests'; readonly chat?: string; readonly at?: number; readonly details?: boolean }
  | { readonly screen: 'network' }
  | { readonly screen: 'settings'; readonly page?: SettingsPage };

export type SettingsPage = 'profile' | 'privacy' | 'network' | 'appearance' | 'data' | 'about';

const HOME: Route = { screen: 'chats' };

interface Routes {
  readonly stack: readonly Route[];
  readonly index: number;
}

const useRoutes = create<Routes>(() => ({ stack: [HOME], index: 0 }));

/** How many screens the back button remembers. */
const MAX_STACK = 100;

export function useRoute(): Route {
  return useRoutes(({ stack, index }) => stack[index] ?? HOME);
}

/** Show another screen; the browser's back button leads here again. */
export function go(route: Route): void {
  const { stack, index } = useRoutes.getState();
  const next = [...stack.slice(0, index + 1), route].slice(-MAX_STACK);
  useRoutes.setState({ stack: next, index: next.length - 1 });
  history.pushState({ index: next.length - 1 }, '');
}

/** Show something else in the place of this. */
export function replaceRoute(route: Route): void {
  const { stack, index } = useRoutes.getState();
  useRoutes.setState({ stack: stack.map((each, at) => (at === index ? route : each)), index });
}

export function followHistory(): void {
  history.replaceState({ index: 0 }, '');
  addEventListener('popstate', ({ state }) => {
    const index = Number((state as { index?: unknown } | null)?.index ?? 0);
    const { stack } = useRoutes.getState();
    useRoutes.setState({ index: Math.min(Math.max(0, index), stack.length - 1) });
  });
}

/** After lock, delete or a new account: nothing of before is a step back away. */
export function resetRoutes(): void {
  useRoutes.setState({ stack: [HOME], index: 0 });
  history.replaceState({ index: 0 }, '');
}
