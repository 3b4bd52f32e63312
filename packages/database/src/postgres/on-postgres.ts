import { openPostgres, type Postgres, type PostgresOptions } from './postgres.ts';

/** Connections of one's own, or those of somebody else, who closes them. */
export type PostgresSource = PostgresOptions | { readonly postgres: Postgres };

/**
 * Open something on a server: its own connections end when it is closed, or when it cannot be opened; shared ones stay.
 * Rejects as `openPostgres` does, and as `open` does.
 */
export async function onPostgres<Opened>(
  source: PostgresSource,
  open: (postgres: Postgres, close: () => Promise<void>) => Promise<Opened>,
): Promise<Opened> {
  if ('postgres' in source) return open(source.postgres, async () => undefined);
  const postgres = await openPostgres(source);
  const close = (): Promise<void> => postgres.close();
  try {
    return await open(postgres, close);
  } catch (error) {
    await close();
    throw error;
  }
}
