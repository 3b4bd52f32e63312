import { createMemoryStore } from './memory-store.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('in memory', async () => {
  const store = createMemoryStore();
  return { store, reopen: async () => store.crash(), dispose: () => store.close() };
});
