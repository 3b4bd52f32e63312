export type { BusesUnderTest } from './testing/bus-suite.ts';
export { busSuite, untilHeard } from './testing/bus-suite.ts';
