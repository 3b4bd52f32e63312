export { createMemoryRatchetStore, type MemoryRatchetStore } from './testing/memory-store.ts';
export { createParty, knownDevices, type Party } from './testing/party.ts';
export { ratchetSuite } from './testing/ratchet-suite.ts';
