import { upgradeText } from '../attack/web-socket-cases.ts';
import { addressesOf, type Target } from '../overload/target.ts';
import { type Beside, beside } from './beside.ts';
import { isAnswered, openMany } from './open-many.ts';

/** So many chat sockets that say nothing. */
export async function idleSockets(
  target: Target,
  count: number,
  calm: { readonly milliseconds: number; readonly rate: number },
): Promise<Beside & { readonly open: number }> {
  let open = 0;
  const places = addressesOf(target.block, { count, from: 20 }).map((from) => ({
    ...target.place,
    from,
    tls: true,
  }));
  const measured = await beside(
    target,
    async () => {
      const sockets = await openMany(places, (connection, index) => {
        connection.write(upgradeText(places[index] as (typeof places)[number]));
        return isAnswered(connection, 101);
      });
      open = sockets.length;
      return () => {
        for (const { socket } of sockets) socket.destroy();
      };
    },
    calm,
  );
  return { ...measured, open };
}
