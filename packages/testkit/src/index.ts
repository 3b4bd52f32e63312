export type { FakeClock } from './fake-clock.ts';
export { createFakeClock, quiet } from './fake-clock.ts';
export type { Faults, FaultyPipe } from './faulty-pipe.ts';
export { createFaultyPipe } from './faulty-pipe.ts';
export type { Scheduler } from './scheduler.ts';
export { createScheduler } from './scheduler.ts';
export type { SeededRandom } from './seeded-random.ts';
export { createSeededRandom } from './seeded-random.ts';
