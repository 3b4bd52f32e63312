import { setTimeout as pause } from 'node:timers/promises';
import { parseRelayUrl } from '@sotto/identity';
import type { Canary } from './find/canary.ts';
import { lettersIn } from './look/letters.ts';
import type { Times } from './look/look-at-files.ts';
import type { Person } from './world/person.ts';
import { identifiersOf, openStoreOf, recordsIn, secretsOf, timesIn } from './world/secrets-of.ts';
import type { Typist } from './world/typist.ts';
import type { TaintWorld } from './world/world.ts';

/** Fields whose values somebody may see, each of which may be a part of those behind it. */
const PUBLIC = [
  'account ID',
  'ACI',
  'Ed25519 form of the identity key',
  'public recovery key',
  'contact mailbox',
  'account record',
];
/** What a server may have of an account while there is one, when there is none any more. */
const DELETED = 'whatever a deleted account was known by';
export const OPEN = [...PUBLIC, DELETED];
export const COLLECTED = 'sealed message that was collected';
export const WAITING = 'sealed message that waits';
const OF_ACCOUNTS: ReadonlySet<string> = new Set([
  ...PUBLIC,
  ...['access key', 'password of a device', 'recovery password', 'ticket of an invite', COLLECTED, WAITING],
]);
const REQUEST_MAILBOX = 5;
const COLLECTED_MS = 60_000;
const ADDRESS = 'address of a client';
const ADDRESS_BEFORE = 'address of a client who has gone';
export const TIME = 'time of a message, to the millisecond';

/** All that is to be looked for, which becomes more while people live. */
export class KnownCanaries {
  readonly #world: TaintWorld;
  readonly #typist: Typist;
  readonly #people: readonly Person[];
  readonly #known: Canary[] = [];
  readonly #times = new Map<number, { readonly field: string; readonly of: string }>();
  #gone = false;

  constructor(world: TaintWorld, typist: Typist, people: readonly Person[]) {
    this.#world = world;
    this.#typist = typist;
    this.#people = people;
  }

  get times(): Times {
    return this.#times;
  }

  remember(canaries: readonly Canary[]): void {
    this.#known.push(...canaries);
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

  /** Of everybody, or of one person. */
  async rememberLetters(field: string, only?: Person): Promise<void> {
    const owners = new Map(this.#people.map(({ account, label }) => [account, label]));
    for (const canary of this.#known) {
      if (canary.mailbox !== undefined) owners.set(Buffer.from(canary.mailbox).toString('hex'), canary.of);
    }
    const ownerOf = (mailbox: Uint8Array) => owners.get(Buffer.from(mailbox).toString('hex')) ?? 'somebody';
    for (const letter of await lettersIn(this.#world, this.#people, ownerOf)) {
      // Nobody removes anything from a request mailbox: it may be read by another device too.
      if (field === COLLECTED && letter.mailbox?.[0] === REQUEST_MAILBOX) continue;
      if (only === undefined || only.label === letter.of) this.#known.push({ ...letter, field });
    }
  }

  /** Whatever people have by now, at any earlier time included: old keys must be nowhere either. */
  async gather(): Promise<void> {
    const byAccount = new Map(this.#people.map((person) => [person.account, person]));
    for (const person of this.#people.filter(({ state }) => state === 'lives')) {
      const store = await openStoreOf(person);
      const secrets = secretsOf(store, parseRelayUrl(this.#world.relayUrl).url);
      this.#known.push(...identifiersOf(person), ...secrets, ...recordsIn(store, byAccount));
      for (const at of timesIn(store)) this.#times.set(at, { field: TIME, of: person.label });
    }
  }

  /** From now on nobody is connected. */
  everybodyHasGone(): void {
    this.#gone = true;
  }

  addresses(field = ADDRESS): readonly Canary[] {
    const all = this.#people.flatMap(({ addresses, label }) => addresses.map((ip) => ({ ip, label })));
    // The beginning of a longer one would be found wherever that one is.
    const whole = all.filter(({ ip }) => !all.some((other) => other.ip !== ip && other.ip.startsWith(ip)));
    return whole.map(({ ip, label }) => ({ field, of: label, bytes: Buffer.from(ip) }));
  }

  all(): readonly Canary[] {
    const times = [...this.times].map(([at, known]) => ({ ...known, bytes: Buffer.from(String(at)) }));
    const addresses = this.addresses(this.#gone ? ADDRESS_BEFORE : ADDRESS);
    const deleted = new Set(
      this.#people.filter(({ state }) => state === 'deleted').map(({ label }) => label),
    );
    const isDeleted = ({ field, of }: Canary) => deleted.has(of) && OF_ACCOUNTS.has(field);
    const all = [...this.#typist.canaries, ...this.#known, ...addresses, ...times].map((canary) =>
      isDeleted(canary) ? { ...canary, field: DELETED } : canary,
    );
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
