export { createMemoryNetwork } from './testing/memory-network.ts';
export type { Fate, KeptAccount, MemoryNetwork, RoadOperation } from './testing/memory-network-types.ts';
export type { MemoryStore } from './testing/memory-store.ts';
export { createMemoryStore } from './testing/memory-store.ts';
export { createPlainRatchetEngine } from './testing/plain-ratchet.ts';
export type { StoreUnderTest } from './testing/store-suite.ts';
export { storeSuite } from './testing/store-suite.ts';
