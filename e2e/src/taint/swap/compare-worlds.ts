import { describeRows, differences } from './describe-rows.ts';
import { connectionsApart } from './relay-connections.ts';
import type { Held } from './who-writes.ts';

/**
 * What tells two worlds apart in which different people wrote: rows of databases, what was printed, names of files,
 * sizes on the wire, connections to the relay. Each line names holder and field; none may be left.
 */
export function tellApart(one: Held, other: Held): readonly string[] {
  return [
    ...differences(describeRows(one.databases, one.known), describeRows(other.databases, other.known)),
    ...differences(one.printed, other.printed),
    ...differences(one.files, other.files),
    ...differences(one.sizes ?? new Set(), other.sizes ?? new Set()),
    ...connectionsApart(one.atRelay, other.atRelay),
  ];
}
