import { DatabaseError } from '@sotto/database';
import { expect, it } from 'vitest';
import { Connections } from '../socket/connections.ts';
import { lookAround, type Surroundings } from './look-around.ts';

it('tells of a database that is away, and not that the relay stops', async () => {
  const told: unknown[] = [];
  let answer = (_error: DatabaseError): void => undefined;
  const store = {
    read: () => new Promise((_, reject) => (answer = reject)),
  } as unknown as Surroundings['store'];
  const mailbox = { newestOf: async () => [] };
  const events = { failed: (error: unknown) => told.push(error) };
  const look = lookAround({ connections: new Connections(), mailbox, store, events });
  const fails = async (code: 'closed' | 'unreachable'): Promise<void> => {
    look.soon();
    answer(new DatabaseError(code, 'no'));
    await new Promise((resolve) => setImmediate(resolve));
  };
  look.stop();
  await fails('closed');
  expect(told).toEqual([]);
  await fails('unreachable');
  await fails('unreachable');
  expect(told).toMatchObject([{ code: 'unreachable' }]);
});
