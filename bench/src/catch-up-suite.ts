import { formatNetwork } from '@sotto/identity';
import { MAX_UNANSWERED_DELIVERIES } from '@sotto/protocol';
import { createPair, type Pair, write } from './client-pair.ts';
import { compare, type Side, wallFigure } from './compare.ts';
import type { Findings } from './figures/figure.ts';
import { HeldMail } from './held-mail.ts';
import { createLoopback } from './loopback-road.ts';
import { measure } from './measure.ts';
import { rawOpening } from './raw-libsignal.ts';
import { expectText, textOf } from './text-of.ts';

const QUEUED = 10_000;
/** Both take turns with so many: a tenth each, so that the last show whether what came before slows them. */
const TURN = QUEUED / 10;
const WRITTEN_AT_ONCE = 50;

/**
 * One client comes back to 10,000 messages of another: opened, shown and on disk in its encrypted store. Beside it
 * the same number of opened seals, and nothing else. The road hands over as many at once as a relay does.
 */
export async function catchUpSuite(): Promise<Findings> {
  const held = new HeldMail();
  const makeRoad = createLoopback(held);
  const network = formatNetwork({ relay: { url: 'https://relay.example' } });
  const pair = await createPair(() => [makeRoad()], network);
  try {
    held.away = true;
    const receipts = await fill(pair, held);
    const open = await rawOpening(QUEUED);
    const raw: Side = { name: 'raw sealed decrypt', run: () => measure(TURN, () => open(TURN)), close };
    const comparison = await compare(catchingUp(pair, held, receipts), raw, QUEUED / TURN);
    return { figures: [wallFigure(comparison)], notes: [] };
  } finally {
    await pair.close();
  }
}

/** How many receipts of earlier messages are among them. */
async function fill({ alice, bob }: Pair, held: HeldMail): Promise<number> {
  for (let first = 0; first < QUEUED; first += WRITTEN_AT_ONCE) {
    const indexes = Array.from({ length: WRITTEN_AT_ONCE }, (_, place) => first + place);
    await Promise.all(indexes.map((index) => write(alice, bob, textOf(index))));
    await alice.client.settled();
  }
  const queued = held.count(bob.account);
  if (queued < QUEUED) throw new Error(`${queued} of ${QUEUED} messages are on their way`);
  return queued - QUEUED;
}

function catchingUp({ bob }: Pair, held: HeldMail, receipts: number): Side {
  let next = 0;
  // With the first turn, because nobody knows where they are.
  let more = receipts;
  return {
    name: `catching up on ${QUEUED.toLocaleString('en')}`,
    run: () =>
      measure(TURN, async () => {
        await held.handOver(bob.account, TURN + more, MAX_UNANSWERED_DELIVERIES);
        more = 0;
        for (let count = 0; count < TURN; count++) expectText(await bob.next(), next++);
      }),
    close,
  };
}

async function close(): Promise<void> {
  // The pair is closed by whoever made it.
}
