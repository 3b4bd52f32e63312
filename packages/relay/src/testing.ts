/** What this package reads of strangers and of its own folder, for those who test that reading alone. */
export { accessHeaderOf } from './calls/access.ts';
export { takePlainList } from './calls/messages/read-message-list.ts';
export { parseBasic } from './http/call.ts';
export { loadSecrets } from './secrets/relay-secrets.ts';
export { addDevice, putAccount, readAccount, removeAccount } from './store/accounts.ts';
export { spendReceipt, spendStamp } from './store/once.ts';
export { setPreKeys, takePreKeys } from './store/pre-keys.ts';
export { storeRecord } from './store/records.ts';
export type { RelayStore } from './store/relay-store.ts';
export { openRelayStore } from './store/relay-store.ts';
export { saltedHash } from './store/salted-hash.ts';
