import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createSeededRandom } from '@sotto/testkit';
import type { Violation } from '../history/violation.ts';
import { Correspondence } from './correspondence.ts';
import { judgeMail } from './judge-mail.ts';
import {
  type Kill,
  type Move,
  PEOPLE,
  type PersonName,
  type RelaysPlan,
  type Victim,
} from './plan-relays.ts';
import { register } from './register.ts';
import { SharedRelays } from './shared-relays.ts';

/** Everything has been started again: what is still on its way after this is lost, milliseconds. */
const SETTLE_WITHIN = 30_000;
/** Messages of each sender that no bell tells of. */
const UNHEARD = 3;

export interface RelaysResult {
  readonly seed: number;
  /** Kept when something was found. */
  readonly dir: string;
  readonly violations: readonly Violation[];
  readonly kills: Readonly<Record<Victim, number>>;
  readonly acknowledged: number;
  /** Sent more than once. */
  readonly repeated: number;
  /** Stored more than once, of these. */
  readonly storedAgain: number;
  /** Given to a receiver again, on another connection. */
  readonly redelivered: number;
}

/**
 * Two relays, one PostgreSQL and one NATS: alice and bob write to each other while either of these four is killed and
 * started again, as a plan says. In the end the bus is away for good, and mail comes all the same.
 */
export async function runRelays(
  plan: RelaysPlan,
  tell: (words: string) => void = () => undefined,
): Promise<RelaysResult> {
  const dir = await mkdtemp(join(tmpdir(), `sotto-relays-${plan.seed}-`));
  const relays = await SharedRelays.start(dir);
  const kills = { first: 0, second: 0, bus: 0, database: 0 };
  const found: Violation[] = [];
  let mail: Correspondence | undefined;
  try {
    const people = await registerAll(relays, dir);
    mail = new Correspondence({
      people,
      url: (side) => relays.url(side),
      random: createSeededRandom(plan.seed),
    });
    mail.receive();
    const storm = new Storm(plan, { relays, mail, kills, tell });
    await mail.send(plan.messages, () => storm.blow());
    await storm.over();
    found.push(...(await withoutBus(relays, mail)));
    await mail.end(SETTLE_WITHIN);
  } catch (error) {
    const words = error instanceof Error ? String(error.stack) : String(error);
    found.push({ kind: 'unfinished', from: '', to: '', words });
  } finally {
    await mail?.close();
    await relays.close();
  }
  if (mail !== undefined) found.push(...judgeMail(mail.history));
  if (found.length === 0) await rm(dir, { recursive: true, force: true });
  else await writeFile(join(dir, 'history.json'), JSON.stringify({ plan, found, ...mail?.history }));
  return { seed: plan.seed, dir, violations: found, kills, ...countsOf(mail) };
}

async function registerAll(relays: SharedRelays, dir: string) {
  const request = { url: relays.url(0), data: relays.data(0), database: relays.database };
  const one = () => register({ ...request, log: join(dir, 'invites.log') });
  const [alice, bob] = await Promise.all([one(), one()]);
  return { alice, bob };
}

/** A bell that is lost delays mail by seconds, and no more. Gives who had to wait for more than that. */
async function withoutBus(relays: SharedRelays, mail: Correspondence): Promise<Violation[]> {
  const stuck = (words: string): Violation[] => [{ kind: 'stuck', from: '', to: '', words }];
  await mail.goHome();
  if (!(await mail.settled(SETTLE_WITHIN))) return stuck('not all has come though everything is up');
  let found: Violation[] = [];
  await relays.withoutBus(async () => {
    await mail.send(UNHEARD * mail.senders);
    if (!(await mail.settled(SETTLE_WITHIN))) found = stuck('not all has come while the bus is away');
  });
  return found;
}

interface Stage {
  readonly relays: SharedRelays;
  readonly mail: Correspondence;
  readonly kills: Record<Victim, number>;
  readonly tell: (words: string) => void;
}

/** Kills and moves of a plan, each when its number of messages is reached. */
class Storm {
  readonly #stage: Stage;
  readonly #kills: Kill[];
  readonly #moves: Move[];
  readonly #under: Promise<void>[] = [];

  constructor({ kills, moves }: RelaysPlan, stage: Stage) {
    this.#stage = stage;
    this.#kills = [...kills];
    this.#moves = [...moves];
  }

  /** One more was acknowledged. */
  blow(): void {
    const { mail, relays, kills, tell } = this.#stage;
    const isDue = (next: { readonly after: number } | undefined) =>
      next !== undefined && next.after <= mail.acknowledged;
    while (isDue(this.#kills[0])) {
      const { victim, moment, away } = this.#kills.shift() as Kill;
      this.#under.push(
        delay(moment).then(async () => {
          tell(`${mail.acknowledged} acknowledged: ${victim} is killed, for ${away} ms`);
          await relays.killFor(victim, away);
          kills[victim] += 1;
        }),
      );
    }
    while (isDue(this.#moves[0])) {
      const { person, moment } = this.#moves.shift() as Move;
      this.#under.push(delay(moment).then(() => mail.move(person)));
    }
  }

  /** Resolves when everything is up again. */
  async over(): Promise<void> {
    await Promise.all(this.#under);
  }
}

function countsOf(mail: Correspondence | undefined) {
  if (mail === undefined) return { acknowledged: 0, repeated: 0, storedAgain: 0, redelivered: 0 };
  const { sent, taken } = mail.history;
  const guids = new Map<string, Set<string>>();
  let all = 0;
  for (const { text, guid } of PEOPLE.flatMap((person: PersonName) => taken[person])) {
    all += 1;
    guids.set(text, (guids.get(text) ?? new Set()).add(guid));
  }
  const sets = [...guids.values()];
  return {
    acknowledged: sent.filter(({ acknowledged }) => acknowledged).length,
    repeated: sent.filter(({ attempts }) => attempts > 1).length,
    storedAgain: sets.filter(({ size }) => size > 1).length,
    redelivered: all - sets.reduce((sum, { size }) => sum + size, 0),
  };
}
