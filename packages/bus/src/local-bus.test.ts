import { localBus } from './local-bus.ts';
import { busSuite } from './testing/bus-suite.ts';

busSuite('a bus within one process', async () => {
  const bus = localBus();
  return { here: bus, there: bus };
});
