/** What this package reads of strangers and of its own folder, for those who test that reading alone. */
export { accessHeaderOf } from './calls/access.ts';
export { parseBasic } from './http/call.ts';
export { loadSecrets } from './secrets/relay-secrets.ts';
export type { RelayStore } from './store/relay-store.ts';
export { openRelayStore } from './store/relay-store.ts';
export { saltedHash } from './store/salted-hash.ts';
