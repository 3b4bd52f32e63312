import { join } from 'node:path';
import {
  type Client,
  type ClientParts,
  type ClientStatus,
  type ClientStore,
  createClient,
  describeProblem,
  type StoredMessage,
} from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { createProfileKey, openStore, unlockProfileKey } from '@sotto/store-sqlite';
import { waitUntil } from '../wait-until.ts';
import type { FastClock } from './fast-clock.ts';

/** Real clients in this process: the whole core, libsignal, the encrypted store and the real roads. */
export interface Person {
  readonly name: string;
  readonly account: string;
  readonly client: Client;
  readonly store: ClientStore;
  /** Close it and start it again on what is on its disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface PersonRequest {
  readonly name: string;
  readonly dir: string;
  readonly network: string;
  readonly clock: FastClock;
  readonly makeRoads: ClientParts['makeRoads'];
  readonly onionOnly?: boolean;
}

/** No road has taken the account in. */
export class NotCreated extends Error {
  readonly outcome: string;

  constructor(name: string, outcome: string) {
    super(`${name} has no account: ${outcome}`);
    this.outcome = outcome;
  }
}

export async function createPerson(request: PersonRequest): Promise<Person> {
  const { name, network, clock, makeRoads, onionOnly = false } = request;
  const folder = join(request.dir, name);
  let key = createProfileKey({ folder });
  const open = async () => {
    const store = await openStore({ path: join(folder, 'store.db'), key });
    const client = createClient({ store, engine: libsignalEngine, makeRoads, clock, random: randomBytes });
    await client.start();
    return { store, client };
  };
  let running = await open();
  const created = await running.client.createAccount({ name, network, onionOnly });
  const close = async () => {
    await running.client.close();
    await running.store.close();
  };
  if (created.outcome !== 'created') {
    await close();
    throw new NotCreated(name, created.outcome);
  }
  return {
    name,
    account: created.account.account,
    get client() {
      return running.client;
    },
    get store() {
      return running.store;
    },
    async restart() {
      await close();
      key = unlockProfileKey({ folder });
      running = await open();
    },
    close,
  };
}

let count = 0;
/** A text that nobody else sends, in the order of sending. */
const newText = () => `text ${++count}`;

/** Write down a text for somebody, with files; throws when it was not. */
export async function write(from: Person, to: Person, files: readonly string[] = []) {
  const text = newText();
  const sent = await from.client.send({ to: to.account, text, files });
  if (sent.outcome !== 'written') throw new Error(`not written: ${JSON.stringify(sent)}`);
  const look = async () => (await from.client.message(sent.message)) as StoredMessage;
  return {
    text,
    look,
    /** The name of the reason, and the sentence that every screen has for it. */
    problem: async () => describeProblem(await look()),
    until: (state: StoredMessage['state'], patience = 10_000) =>
      waitUntil(`'${text}' is ${state}`, patience, async () => isAtLeast((await look()).state, state), 5),
  };
}

/** A receipt may come before anybody has looked at a message that is only sent. */
function isAtLeast(found: StoredMessage['state'], wanted: StoredMessage['state']): boolean {
  return found === wanted || (wanted === 'sent' && (found === 'delivered' || found === 'read'));
}

export type Written = Awaited<ReturnType<typeof write>>;

/** Texts that `at` shows of a chat with `from`, oldest first; a gap notice is `…`. */
export async function shown(at: Person, from: Person): Promise<readonly string[]> {
  const messages: StoredMessage[] = [];
  for (let page = await read(); page.length > 0; page = await read()) messages.push(...page);
  return messages
    .filter(({ direction }) => direction === 'in')
    .map(({ kind, text }) => (kind === 'gap' ? '…' : text))
    .reverse();

  function read(): Promise<readonly StoredMessage[]> {
    const before = messages.at(-1)?.sequence;
    return at.client.messages(from.account, { limit: 200, ...(before === undefined ? {} : { before }) });
  }
}

export const refused = async ({ client }: Person): Promise<ClientStatus['refused']> =>
  (await client.status()).refused;

/** Until nothing of a person is under way, receipts too: what is written then is the first to go. */
export function owesNothing({ name, store }: Person): Promise<void> {
  return waitUntil(`${name} owes nothing`, 60_000, async () => {
    const isOwed = (await store.nextReceiptDue()) !== undefined;
    return !isOwed && (await store.outbox()).length === 0;
  });
}
