export type { RelayStore } from './store/relay-store.ts';
export { openRelayStore } from './store/relay-store.ts';
