import { OwnMailbox } from '../nodes/retrieve-all.ts';
import { addressesOf, type Target } from '../overload/target.ts';
import { type Beside, beside } from './beside.ts';
import { openMany } from './open-many.ts';

/** Node refuses those beyond its bound at once, and holds the others. */
const SETTLE = 50;

/** So many clients that wait at a node for mail that does not come. */
export async function longPolls(
  target: Target,
  count: number,
  calm: { readonly milliseconds: number; readonly rate: number },
): Promise<Beside & { readonly waiting: number; readonly wordless: number }> {
  let [waiting, wordless] = [0, 0];
  const places = addressesOf(target.block, { count, from: 20 }).map((from) => ({
    ...target.place,
    from,
    tls: true,
  }));
  const measured = await beside(
    target,
    async () => {
      const connections = await openMany(places, async (connection) => {
        const body = new OwnMailbox().waitingRequest();
        connection.write(
          `POST /storage_rpc/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
        const answer = await connection.answered(SETTLE);
        if (answer === 'nothing' && !connection.socket.destroyed) waiting++;
        else if (answer !== '503' && answer !== '429') wordless++;
        return true;
      });
      return () => {
        for (const { socket } of connections) socket.destroy();
      };
    },
    calm,
  );
  return { ...measured, waiting, wordless };
}
