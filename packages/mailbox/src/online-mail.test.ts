import { describe, expect, it } from 'vitest';
import { ONLINE_BYTES } from './constants.ts';
import type { QueueName } from './mailbox.ts';
import { memoryOnlineMail } from './online-mail.ts';
import { onlineMailSuite } from './testing/online-mail-suite.ts';

onlineMailSuite('in memory', async () => {
  const mail = memoryOnlineMail();
  return { here: mail, there: mail };
});

describe('mail for whoever is connected, in memory', () => {
  it('is at most so much, the newest', async () => {
    let dropped = 0;
    const mail = memoryOnlineMail((times) => {
      dropped += times;
    });
    const size = ONLINE_BYTES / 8;
    const queues = Array.from({ length: 20 }, (_, device) => ({ account: new Uint8Array(16), device }));
    for (const queue of queues) {
      const id = new Uint8Array(16);
      await mail.put([{ queue, id, until: 1, envelope: new Uint8Array(size) }]);
    }
    const left = await Promise.all(queues.map(async (queue) => (await mail.take(queue, 0)).length));
    expect(left).toEqual(queues.map(({ device }) => (device < 12 ? 0 : 1)));
    expect(dropped).toBe(12);
    await mail.put([
      { queue: queues[0] as QueueName, id: new Uint8Array(16), until: 5, envelope: new Uint8Array(1) },
    ]);
    await mail.expire(5);
    expect(dropped).toBe(13);
    await mail.put([
      {
        queue: { account: new Uint8Array(16), device: 1 },
        id: new Uint8Array(16),
        until: 1,
        envelope: new Uint8Array(size * 8),
      },
    ]);
    expect(await mail.take({ account: new Uint8Array(16), device: 1 }, 0)).toHaveLength(1);
    await mail.close();
  });
});
