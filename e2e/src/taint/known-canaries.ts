import { setTimeout as pause } from 'node:timers/promises';
import type { Canary } from './find/canary.ts';
import { lettersIn } from './look/letters.ts';
import type { Times } from './look/look-at-files.ts';
import type { Person } from './world/person.ts';
import { identifiersOf, openStoreOf, recordsIn, secretsOf, timesIn } from './world/secrets-of.ts';
import type { Typist } from './world/typist.ts';
import type { TaintWorld } from './world/world.ts';

/** Fields whose values somebody may see, each of which may be a part of those behind it. */
export const OPEN = [
  'account ID',
  'ACI',
  'Ed25519 form of the identity key',
  'public recovery key',
  'contact mailbox',
  'account record',
];
export const COLLECTED = 'sealed message that was collected';
export const WAITING = 'sealed message that waits';
const REQUEST_MAILBOX = 5;
const COLLECTED_MS = 60_000;
const ADDRESS = 'address of a client';
export const TIME = 'time of a message, to the millisecond';

/** All that is to be looked for, which becomes more while people live. */
export class KnownCanaries {
  readonly #world: TaintWorld;
  readonly #typist: Typist;
  readonly #people: readonly Person[];
  readonly #known: Canary[] = [];
  readonly #times = new Map<number, { readonly field: string; readonly of: string }>();

  constructor(world: TaintWorld, typist: Typist, people: readonly Person[]) {
    this.#world = world;
    this.#typist = typist;
    this.#people = people;
  }

  get times(): Times {
    return this.#times;
  }

  /** A mailbox is told to forget what was collected with the next look into it. What it never forgets is found. */
  async untilCollected(): Promise<void> {
    const collected = new Set(this.#known.filter(({ field }) => field === COLLECTED).map(keyOf));
    for (let waited = 0; waited < COLLECTED_MS; waited += 500) {
      const letters = await lettersIn(this.#world, this.#people, () => '');
      if (!letters.some((letter) => collected.has(keyOf(letter)))) return;
      await pause(500);
    }
  }

  async rememberLetters(field: string): Promise<void> {
    const owners = new Map(this.#people.map(({ account, label }) => [account, label]));
    for (const canary of this.#known) {
      if (canary.mailbox !== undefined) owners.set(Buffer.from(canary.mailbox).toString('hex'), canary.of);
    }
    const ownerOf = (mailbox: Uint8Array) => owners.get(Buffer.from(mailbox).toString('hex')) ?? 'somebody';
    for (const letter of await lettersIn(this.#world, this.#people, ownerOf)) {
      // Nobody removes anything from a request mailbox: it may be read by another device too.
      if (field === COLLECTED && letter.mailbox?.[0] === REQUEST_MAILBOX) continue;
      this.#known.push({ ...letter, field });
    }
  }

  /** Whatever people have by now, at any earlier time included: old keys must be nowhere either. */
  async gather(): Promise<void> {
    const byAccount = new Map(this.#people.map((person) => [person.account, person]));
    for (const person of this.#people) {
      const store = await openStoreOf(person);
      this.#known.push(...identifiersOf(person), ...secretsOf(store), ...recordsIn(store, byAccount));
      for (const at of timesIn(store)) this.#times.set(at, { field: TIME, of: person.label });
    }
  }

  addresses(): readonly Canary[] {
    const all = this.#people.flatMap(({ addresses, label }) => addresses.map((ip) => ({ ip, label })));
    // The beginning of a longer one would be found wherever that one is.
    const whole = all.filter(({ ip }) => !all.some((other) => other.ip !== ip && other.ip.startsWith(ip)));
    return whole.map(({ ip, label }) => ({ field: ADDRESS, of: label, bytes: Buffer.from(ip) }));
  }

  all(): readonly Canary[] {
    const times = [...this.times].map(([at, known]) => ({ ...known, bytes: Buffer.from(String(at)) }));
    const all = [...this.#typist.canaries, ...this.#known, ...this.addresses(), ...times];
    const distinct = new Map(
      all.map((canary) => [
        `${canary.field} ${canary.of} ${Buffer.from(canary.bytes).toString('hex')}`,
        canary,
      ]),
    );
    return [...distinct.values()];
  }
}

function keyOf({ bytes }: Pick<Canary, 'bytes'>): string {
  return Buffer.from(bytes).toString('hex');
}
