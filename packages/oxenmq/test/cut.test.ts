import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OxenMq } from '../src/index.ts';
import { newKeys } from './_keys.ts';

const HOST = '127.0.0.1';

async function open(failures: unknown[]) {
  const keys = newKeys();
  const omq = await OxenMq.open({
    ...{ keys, categories: {}, isNode: () => true, isNodeAddress: () => true },
    ...{ count: () => undefined, failed: (error: unknown) => failures.push(error) },
  });
  return { omq, keys };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an endpoint that is cut', () => {
  it('while connections are being made, by it or to it, calls none of them a failure', async () => {
    const failures: unknown[] = [];
    for (let turns = 0; turns < 12; turns++) {
      const [listening, dialling] = [await open(failures), await open(failures)];
      const port = await listening.omq.listen(HOST, 0);
      const key = listening.keys.publicKey;
      const dial = dialling.omq.dial({ host: HOST, port, key, timeout: 5_000 });
      const socket = connect({ host: HOST, port });
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined).resume();
      socket.write(Buffer.from('ff00000000000000017f', 'hex'));
      for (let passed = 0; passed < turns; passed++) await turn();
      dialling.omq.cut();
      listening.omq.cut();
      // Each end hears of it when the other has done with it, and has told of what failed.
      await Promise.all([dial, gone]);
    }
    expect(failures).toEqual([]);
  });
});
