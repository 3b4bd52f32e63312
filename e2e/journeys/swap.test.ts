import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cell, Dump } from '../src/dump-database.ts';
import { tellApart } from '../src/taint/swap/compare-worlds.ts';
import { type Databases, describeRows, differences } from '../src/taint/swap/describe-rows.ts';
import { connectionsApart } from '../src/taint/swap/relay-connections.ts';
import { type Held, whenWrites } from '../src/taint/swap/who-writes.ts';
import { mayCapture } from '../src/taint/world/capture.ts';

/**
 * The same world twice, once with alice writing to bob and once with carol: if what the servers hold, print or are
 * sent tells the two apart, it tells who wrote. All three exist in both, and both roads carry a message.
 */
let whenAlice: Held;
let whenCarol: Held;

beforeAll(async () => {
  [whenAlice, whenCarol] = await Promise.all([whenWrites('alice'), whenWrites('carol')]);
}, 600_000);

/** What differs when a cell is added to every row of one table in both worlds. */
function differencesWith(
  database: string,
  table: string,
  cell: (held: Held, row: Readonly<Record<string, Cell>>) => Cell,
): readonly string[] {
  const planted = (held: Held) =>
    held.databases.map(([name, dump]): [string, Dump] => {
      const rows = dump.get(table)?.map((row) => ({ ...row, planted: cell(held, row) }));
      return [name, name === database && rows !== undefined ? new Map([...dump, [table, rows]]) : dump];
    });
  return differences(
    describeRows(planted(whenAlice), whenAlice.known),
    describeRows(planted(whenCarol), whenCarol.known),
  );
}

describe('what relay and nodes hold', () => {
  it('is the same whether alice or carol has written to bob', () => {
    const rows = describeRows(whenAlice.databases, whenAlice.known);
    // Mail waits at the relay and in bob's mailbox: there is something to be told apart.
    expect([...rows].filter((row) => /^mailbox\.db mail: .*BOB/.test(row)).length).toBeGreaterThan(0);
    expect([...rows].filter((row) => row.startsWith('node.db ')).length).toBeGreaterThan(5);
    expect(tellApart(whenAlice, whenCarol)).toEqual([]);
  });

  it('would differ if mail named its sender', () => {
    expect(differencesWith('mailbox.db', 'mail', ({ sender }) => sender)).not.toEqual([]);
    expect(
      differencesWith('mailbox.db', 'mail', ({ sender }) => `from ${sender.toString('hex')}`),
    ).not.toEqual([]);
  });

  it('would differ if mail named its sender by something that stands for it', () => {
    const standIn = (identifier: Uint8Array) => createHash('sha256').update(identifier).digest();
    const planted = (held: Held): Databases =>
      held.databases.map(([name, dump]) => {
        const [table, column] = name === 'relay.db' ? ['account', 'aci'] : ['mail', ''];
        const rows = dump.get(table)?.map((row) => {
          const of = row[column] ?? held.sender;
          return { ...row, planted: standIn(of instanceof Uint8Array ? of : held.sender) };
        });
        return [name, rows === undefined ? dump : new Map([...dump, [table, rows]])];
      });
    expect(
      differences(
        describeRows(planted(whenAlice), whenAlice.known),
        describeRows(planted(whenCarol), whenCarol.known),
      ),
    ).not.toEqual([]);
  });

  it('would differ if a line, a file or a size were of one world alone', () => {
    const more = (part: 'printed' | 'files' | 'sizes') => ({
      ...whenAlice,
      [part]: new Set([...(whenAlice[part] ?? []), 'planted']),
    });
    for (const part of ['printed', 'files', 'sizes'] as const) {
      expect(tellApart(more(part), whenCarol)).toEqual(['- planted']);
    }
  });

  it.runIf(mayCapture())('is the same at the relay for somebody beside it, packet by packet', () => {
    const written = ({ atRelay }: Held) =>
      atRelay.filter(({ part, there }) => part === 'WRITER' && there.some((size) => size > 2_560));
    // What the writer says is among what was seen, and bob and the other one are silent.
    expect([written(whenAlice).length, written(whenCarol).length]).toEqual([1, 1]);
    expect(connectionsApart(whenAlice.atRelay, whenCarol.atRelay)).toEqual([]);
    const longer = whenAlice.atRelay.map((each) => ({ ...each, there: each.there.map((size) => size + 24) }));
    expect(tellApart({ ...whenAlice, atRelay: longer }, whenCarol)).not.toEqual([]);
  });

  it('would differ if a node’s message named its sender', () => {
    expect(differencesWith('node.db', 'message', ({ sender }) => sender)).not.toEqual([]);
  });
});
