import { expect, it } from 'vitest';
import { formatViolation } from '../src/history/violation.ts';
import { planRelays, VICTIMS } from '../src/relays/plan-relays.ts';
import { runRelays } from '../src/relays/run-relays.ts';

/** Each of the four is killed, and both people move. Ten thousand messages, with new seeds: npm run chaos -- --relays. */
const SEED = 3;
const SIZE = { messages: 1_000, every: 220 };

it('arrives once and in order, all that was acknowledged, whichever of two relays, database and bus is killed', async () => {
  const { violations, kills, acknowledged, dir } = await runRelays(planRelays(SEED, SIZE));
  const found = violations.map(formatViolation).join('\n');
  expect(found, `seed ${SEED} of ${JSON.stringify(SIZE)}; history in ${dir}\n${found}`).toBe('');
  expect(acknowledged).toBeGreaterThanOrEqual(SIZE.messages);
  for (const victim of VICTIMS) expect(kills[victim], victim).toBeGreaterThan(0);
});
