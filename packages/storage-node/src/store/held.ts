import { type Database, prepareReading } from '@sotto/database';

/** What a node keeps, in numbers of the whole. */
export interface Held {
  readonly messages: number;
  /** Of messages. */
  readonly bytes: number;
  /** What owners have asked for and is remembered. */
  readonly operations: number;
}

/** Counts without looking at what is counted: boxes and owners keep their sums. */
export function countHeld(database: Database): () => Held {
  const boxes = prepareReading(
    database,
    'SELECT coalesce(sum(messages), 0) AS messages, coalesce(sum(bytes), 0) AS bytes FROM box',
  );
  const owners = prepareReading(database, 'SELECT coalesce(sum(operations), 0) AS operations FROM owner');
  return () => ({
    messages: Number(boxes.get([])?.['messages']),
    bytes: Number(boxes.get([])?.['bytes']),
    operations: Number(owners.get([])?.['operations']),
  });
}
