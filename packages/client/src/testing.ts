export { cleanName } from './contacts/clean-name.ts';
export { readContent } from './inbox/read-content.ts';
export { createMemoryNetwork } from './testing/memory-network.ts';
export type {
  Asked,
  Fate,
  KeptAccount,
  MemoryNetwork,
  MemoryOnion,
  RoadOperation,
} from './testing/memory-network-types.ts';
export { createMemoryOnion } from './testing/memory-onion.ts';
export type { MemoryStore } from './testing/memory-store.ts';
export { createMemoryStore } from './testing/memory-store.ts';
export { createPlainRatchetEngine } from './testing/plain-ratchet.ts';
export { anyChange } from './testing/store-arbitraries.ts';
export { everything } from './testing/store-snapshot.ts';
export type { StoreUnderTest } from './testing/store-suite.ts';
export { storeSuite } from './testing/store-suite.ts';
