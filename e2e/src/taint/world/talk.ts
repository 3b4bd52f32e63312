import { setTimeout as pause } from 'node:timers/promises';
import type { LocalApi, Result } from '@sotto/local-api';
import type { Person } from './person.ts';

/** A message, receipt or setting may be on its way for so long on a machine that does much else. */
const PATIENCE_MS = 240_000;

export function apiOf({ label, daemon }: Person): LocalApi {
  if (daemon === undefined) throw new Error(`${label} is not there`);
  return daemon.api;
}

/** Send a text; resolves when a road has it on disk. */
export async function say(
  from: Person,
  to: Person,
  text: string,
  road?: 'auto' | 'relay' | 'onion',
): Promise<Result<'send'>> {
  const api = apiOf(from);
  const written = await api.call('send', { to: to.account, text, ...(road === undefined ? {} : { road }) });
  const sent = await api.call('send.wait', { id: written.id, timeout_ms: PATIENCE_MS });
  if (sent.state === 'queued' || sent.state === 'failed') {
    throw new Error(`what ${from.label} wrote to ${to.label} was not carried: ${sent.problem ?? sent.state}`);
  }
  return sent;
}

type Item = Result<'chats.read'>['items'][number];

/** Resolves with the line of a chat that holds this text, when it is as wanted. */
export async function sees(
  person: Person,
  other: Person,
  text: string,
  isAsWanted: (item: Item) => boolean = () => true,
): Promise<Item> {
  return await eventually(`${person.label} sees what was written`, async () => {
    const { items } = await apiOf(person).call('chats.read', { who: other.account, limit: 50 });
    return items.find((item) => 'text' in item && item.text === text && isAsWanted(item));
  });
}

/** Try until there is something. A chat that does not exist yet is nothing. */
export async function eventually<Wanted>(
  what: string,
  look: () => Promise<Wanted | undefined>,
): Promise<Wanted> {
  const end = performance.now() + PATIENCE_MS;
  let last: unknown;
  while (performance.now() < end) {
    const found = await look().catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error(`it did not come to this: ${what}`, { cause: last });
}

export async function receiptsHaveGone(person: Person): Promise<void> {
  await eventually('receipts have gone', async () => {
    const { roads } = await apiOf(person).call('status', {});
    return roads.every(({ drained }) => drained) ? true : undefined;
  });
}
