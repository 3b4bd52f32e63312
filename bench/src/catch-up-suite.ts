import { existsSync } from 'node:fs';
import { formatNetwork } from '@sotto/identity';
import { MAX_UNANSWERED_DELIVERIES } from '@sotto/protocol';
import type { Amount } from './amount.ts';
import { createPair, type Pair, write } from './client-pair.ts';
import { compare, type Side, wallFigure } from './compare.ts';
import type { Findings } from './figures/figure.ts';
import { HeldMail } from './held-mail.ts';
import { createLoopback } from './loopback-road.ts';
import { measure } from './measure.ts';
import { rawOpening } from './raw-libsignal.ts';
import { expectText, textOf } from './text-of.ts';

/** To write ten thousand takes longer than a suite may last. */
const [SOME, MANY] = [3_000, 10_000] as const;
/** Both take turns with a tenth each, so that the last show whether what came before slows them. */
const TURNS = 10;
const WRITTEN_AT_ONCE = 50;
/** Memory that looks like a disk: who only writes needs no better one. */
const MEMORY = '/dev/shm';

/**
 * One client comes back to the messages of another: opened, shown and on disk in its encrypted store. Beside it the same
 * number of opened seals, and nothing else. The road hands over as many at once as a relay does.
 */
export async function catchUpSuite({ full }: Amount): Promise<Findings> {
  const queued = full ? MANY : SOME;
  const held = new HeldMail();
  const makeRoad = createLoopback(held);
  const network = formatNetwork({ relay: { url: 'https://relay.example' } });
  const pair = await createPair(() => [makeRoad()], network, existsSync(MEMORY) ? MEMORY : undefined);
  try {
    held.away = true;
    const receipts = await fill(pair, held, queued);
    const open = await rawOpening(queued);
    const turn = queued / TURNS;
    const raw: Side = { name: 'raw sealed decrypt', run: () => measure(turn, () => open(turn)), close };
    const comparison = await compare(catchingUp(pair, held, { turn, receipts }), raw, TURNS);
    const note = `catching up: on ${queued.toLocaleString('en')} messages, in tenths`;
    return { figures: [wallFigure(comparison)], notes: [note] };
  } finally {
    await pair.close();
  }
}

/** How many receipts of earlier messages are among them. */
async function fill({ alice, bob }: Pair, held: HeldMail, messages: number): Promise<number> {
  for (let first = 0; first < messages; first += WRITTEN_AT_ONCE) {
    const indexes = Array.from({ length: WRITTEN_AT_ONCE }, (_, place) => first + place);
    await Promise.all(indexes.map((index) => write(alice, bob, textOf(index))));
    await alice.client.settled();
  }
  const queued = held.count(bob.account);
  if (queued < messages) throw new Error(`${queued} of ${messages} messages are on their way`);
  return queued - messages;
}

function catchingUp(
  { bob }: Pair,
  held: HeldMail,
  { turn, receipts }: { readonly turn: number; readonly receipts: number },
): Side {
  let next = 0;
  // With the first turn, because nobody knows where they are.
  let more = receipts;
  return {
    name: 'catching up',
    run: () =>
      measure(turn, async () => {
        await held.handOver(bob.account, turn + more, MAX_UNANSWERED_DELIVERIES);
        more = 0;
        for (let count = 0; count < turn; count++) expectText(await bob.next(), next++);
      }),
    close,
  };
}

async function close(): Promise<void> {
  // The pair is closed by whoever made it.
}
