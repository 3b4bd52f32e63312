import type { Stream } from '../find/read-capture.ts';
import { recordSizes } from './record-sizes.ts';

/** One connection to a relay as somebody beside it sees it: lengths of records in order, there and back. */
export interface RelayConnection {
  /** Who dials, by the part that they play. */
  readonly part: string;
  readonly there: readonly number[];
  readonly back: readonly number[];
}

/**
 * Some digits more or less: the relay's address stands in requests, times and numbers of keys and of installations
 * in JSON and protobuf, signatures in DER. Another kind of message, or of road, is hundreds of bytes away.
 */
const TOLERANCE = 16;
/** A ping and its answer, which come by the clock and not by what is said. */
const LARGEST_PING = 32;

/** `partOf` says whose an address is. */
export function relayConnections(
  streams: readonly Stream[],
  relay: string,
  partOf: (address: string) => string,
): readonly RelayConnection[] {
  const spoken = (stream: Stream | undefined): readonly number[] =>
    stream === undefined ? [] : recordSizes(stream).filter((size) => size > LARGEST_PING);
  return streams
    .filter(({ to }) => to === relay)
    .map((there) => {
      const back = streams.find(({ from, to }) => from === relay && to === there.from);
      return {
        part: partOf(there.from.split(':')[0] ?? ''),
        ...{ there: spoken(there), back: spoken(back) },
      };
    })
    .filter(({ there, back }) => there.length + back.length > 0);
}

/** Connections that only one of two worlds has: of another part, with more records, or longer ones. */
export function connectionsApart(
  one: readonly RelayConnection[],
  other: readonly RelayConnection[],
): readonly string[] {
  const left = [...other];
  const missing = one.filter((connection) => {
    const at = left.findIndex((candidate) => isAlike(connection, candidate));
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return [...missing.map((each) => `- ${describe(each)}`), ...left.map((each) => `+ ${describe(each)}`)];
}

function isAlike(one: RelayConnection, other: RelayConnection): boolean {
  return one.part === other.part && areAlike(one.there, other.there) && areAlike(one.back, other.back);
}

function areAlike(one: readonly number[], other: readonly number[]): boolean {
  return (
    one.length === other.length &&
    one.every((size, at) => Math.abs(size - (other[at] ?? Number.NaN)) <= TOLERANCE)
  );
}

function describe({ part, there, back }: RelayConnection): string {
  return `${part} and the relay: records of ${there.join(', ')} bytes there and of ${back.join(', ')} back`;
}
