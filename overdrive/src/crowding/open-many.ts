import { RawConnection, type RawPlace } from '../attack/raw-connection.ts';

/** Handshakes under way at a time: what is measured is what stays. */
const AT_A_TIME = 50;
const PATIENCE = 20_000;

/** Open so many connections, make each do something, and wait until all have; those that are there afterwards. */
export async function openMany(
  places: readonly RawPlace[],
  begin: (connection: RawConnection, index: number) => Promise<boolean>,
): Promise<readonly RawConnection[]> {
  const open: RawConnection[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < places.length) {
      const index = next++;
      const connection = new RawConnection(places[index] as RawPlace);
      await connection.ready;
      if (await begin(connection, index)) open.push(connection);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return open;
}

export async function isAnswered(connection: RawConnection, status: number): Promise<boolean> {
  return (await connection.answered(PATIENCE)) === String(status);
}
