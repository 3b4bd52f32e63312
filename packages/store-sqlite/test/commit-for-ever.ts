import { Secret } from '@sotto/bytes';
import { openStore } from '../src/open-store.ts';

/** Child of kill.test.ts: one unit of work after another; each number is printed once it is on disk. */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the path of the store is missing');
const store = await openStore({ path, key: new Secret(new Uint8Array(32).fill(7)) });
const [newest] = await store.messages('05ab', { limit: 1 });
for (let number = (newest?.id.sentAt ?? 0) + 1; ; number++) {
  await store.commit([
    {
      kind: 'put-message',
      message: {
        id: { author: '05ab', device: 1, sentAt: number },
        chat: '05ab',
        direction: 'in',
        kind: 'text',
        text: 'text '.repeat(number % 50),
        state: 'received',
        request: false,
      },
    },
    { kind: 'put-seen', mark: `mark ${number}`, forgetAfter: number },
  ]);
  await new Promise<void>((written) => process.stdout.write(`${number}\n`, () => written()));
}
