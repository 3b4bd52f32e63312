import type { Finding } from '../run-taint.ts';
import type { Ledger, LedgerRow } from './ledger.ts';

/** One field of one holder in one place: whether the ledger names it and whether it was found. */
export interface Line {
  readonly holder: string;
  readonly field: string;
  readonly place: string;
  readonly declared: boolean;
  /** Encodings that it was found in; none when it was not. */
  readonly found: readonly string[];
}

/** What this run could have seen: memory, packets and residues are not looked at everywhere. */
export interface Looked {
  readonly memory: boolean;
  readonly passingMemory: boolean;
  readonly network: boolean;
  /** It was waited until what was removed must be gone from files. */
  readonly residues: boolean;
}

const MEMORY = new Set(['memory']);
const PASSING = new Set(['passing memory', 'opened layer']);
const NETWORK = new Set(['wire', 'packet header']);

/**
 * What was found against what is published, both ways. Where a server plays several parts towards somebody, it may
 * hold what any of them may, and what it holds counts for each of them.
 */
export function compare(findings: readonly Finding[], ledger: Ledger, looked: Looked): readonly Line[] {
  const declared = keysOf(ledger, ({ places }) => places);
  const allowed = new Set([...declared, ...keysOf(ledger, ({ atTimes = [] }) => atTimes)]);
  const found = new Map<string, Set<string>>();
  for (const { holders, sighting } of findings) {
    const { field, place, encoding } = sighting;
    const rightful = holders.filter((holder) => allowed.has(keyOf(holder, field, place)));
    for (const holder of rightful.length > 0 ? rightful : [holders.join(' and ')]) {
      const key = keyOf(holder, field, place);
      found.set(key, (found.get(key) ?? new Set()).add(encoding));
    }
  }
  const keys = [...new Set([...declared, ...found.keys()])].filter((key) => isJudged(placeIn(key), looked));
  return keys.toSorted().map((key) => {
    const [holder = '', field = '', place = ''] = key.split(MARK);
    return {
      holder,
      field,
      place,
      declared: allowed.has(key),
      found: [...(found.get(key) ?? [])].toSorted(),
    };
  });
}

/** What the ledger should say and does not, or says and nobody has seen. */
export function wrongLines(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ declared, found }) => !declared || found.length === 0);
}

function keysOf(ledger: Ledger, placesOf: (row: LedgerRow) => readonly string[]): ReadonlySet<string> {
  return new Set(
    ledger.flatMap(({ holder, rows }) =>
      rows.flatMap((row) => placesOf(row).map((place) => keyOf(holder, row.field, place))),
    ),
  );
}

const MARK = '\n';

function keyOf(holder: string, field: string, place: string): string {
  return [holder, field, place].join(MARK);
}

function placeIn(key: string): string {
  return key.split(MARK)[2] ?? '';
}

function isJudged(place: string, { memory, passingMemory, network, residues }: Looked): boolean {
  if (MEMORY.has(place)) return memory;
  if (PASSING.has(place)) return passingMemory;
  if (NETWORK.has(place)) return network;
  return residues || !place.startsWith('residue');
}
