import type { Client } from '@sotto/client';
import type { Figure } from '../figures/figure.ts';
import { percentile } from '../measure.ts';
import { type Query, queryOf } from './queries.ts';
import type { RawSearch } from './raw-search.ts';

const LIMIT = 50;
export const QUERIES = 200;
const WAYS = ['ours', 'raw', 'ours in a chat', 'raw in a chat'] as const;
type WayName = (typeof WAYS)[number];
type Times = Record<WayName, number[]>;

export interface Searched {
  readonly client: Client;
  readonly raw: RawSearch;
  readonly chats: readonly string[];
}

/** Every query by all ways, one after the other; who is first changes. They must find the same. */
export async function compareSearches(
  searched: Searched,
  pairs: number,
  random: () => number,
): Promise<readonly Figure[]> {
  const runs: Times[] = [];
  // The first run fills caches and counts for nobody.
  for (let run = 0; run <= pairs; run++) {
    const times: Times = { ours: [], raw: [], 'ours in a chat': [], 'raw in a chat': [] };
    for (let asked = 0; asked < QUERIES; asked++) {
      const chat = searched.chats[Math.floor(random() * searched.chats.length)] ?? '';
      await searchOnce(
        searched,
        queryOf(asked, random),
        chat,
        asked % 2 === 0 ? WAYS : WAYS.toReversed(),
        times,
      );
    }
    if (run > 0) runs.push(times);
  }
  const figure = (
    name: string,
    peer: string,
    [own, other]: readonly [WayName, WayName],
    percent: number,
  ): Figure => {
    const of = (way: WayName): number[] => runs.map((times) => percentile(times[way], percent));
    return { name: `${name}, p${percent}`, unit: 'ms', peer, ours: of(own), theirs: of(other) };
  };
  return [
    figure('search', 'raw FTS5', ['ours', 'raw'], 50),
    figure('search', 'raw FTS5', ['ours', 'raw'], 99),
    figure('search in a chat', 'raw FTS5, joined', ['ours in a chat', 'raw in a chat'], 50),
    figure('search in a chat', 'raw FTS5, joined', ['ours in a chat', 'raw in a chat'], 99),
  ];
}

async function searchOnce(
  { client, raw }: Searched,
  query: Query,
  chat: string,
  ways: readonly WayName[],
  times: Times,
): Promise<void> {
  const ask = async (request: { readonly chat?: string }): Promise<readonly string[]> => {
    const page = await client.search({ text: query.join(' '), limit: LIMIT, ...request });
    return page.messages.map(({ message }) => message.text);
  };
  const search: Record<WayName, () => Promise<readonly string[]> | readonly string[]> = {
    ours: () => ask({}),
    raw: () => raw.search(query, LIMIT),
    'ours in a chat': () => ask({ chat }),
    'raw in a chat': () => raw.searchJoined(query, chat, LIMIT),
  };
  const found = new Map<WayName, string>();
  for (const way of ways) {
    const started = performance.now();
    const texts = await search[way]();
    times[way].push(performance.now() - started);
    found.set(way, texts.join('\n'));
  }
  if (found.get('ours') !== found.get('raw') || found.get('ours in a chat') !== found.get('raw in a chat')) {
    throw new Error(`a search for ${query.join(' ')} did not find what the index finds`);
  }
}
