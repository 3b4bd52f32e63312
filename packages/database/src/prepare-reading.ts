import type { Database } from './open-database.ts';

type Values = Parameters<ReturnType<Database['prepare']>['get']>[0];
type Row = NonNullable<ReturnType<ReturnType<Database['prepare']>['get']>>;

/** A query of rows with bytes of people in them. */
export interface Reading {
  get(values: Values): Row | undefined;
  all(values: Values): Row[];
}

/**
 * A statement that the driver keeps, keeps its last row as well: a message long after it was collected, the
 * account that was looked up last. So this one is compiled for each use: of a read from a mailbox that is too little
 * to measure, of a row of a few bytes it is most. What gives numbers alone is prepared as usual.
 */
export function prepareReading(database: Database, sql: string): Reading {
  const once = <Result>(use: (statement: ReturnType<Database['prepare']>) => Result): Result => {
    const statement = database.prepare(sql, { persistent: false });
    try {
      return use(statement);
    } finally {
      statement.close();
    }
  };
  return {
    get: (values) => once((statement) => statement.get(values)),
    all: (values) => once((statement) => statement.all(values)),
  };
}
