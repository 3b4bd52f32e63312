import type { Handlers, Result } from '@sotto/local-api';
import { lineBytes } from '@sotto/local-api';
import { filesOf } from '../file-values.ts';
import { MAX_PAGE_BYTES } from '../fit-page.ts';
import { unlessGivenUp } from '../given-up.ts';
import type { Owned } from '../owned.ts';
import { noAccount } from '../refusals.ts';
import { receivedValue } from '../to-values.ts';

export function inboxCommands({
  client,
  receivedThrough,
  openRoads,
}: Owned): Pick<Handlers, 'inbox.read' | 'inbox.mark' | 'inbox.settle'> {
  return {
    'inbox.read': async ({ after, limit }) => {
      const own = await client.showAccount();
      if (own === undefined) throw noAccount();
      const items: Result<'inbox.read'>['items'] = [];
      const from = after ?? (await receivedThrough());
      let bytes = 0;
      for (const received of await client.takeReceived(from, limit)) {
        const event = receivedValue(received, own.account, await filesOf(client, received.message));
        bytes += lineBytes(JSON.stringify(event));
        if (items.length > 0 && bytes > MAX_PAGE_BYTES) break;
        items.push({ sequence: received.message.sequence, event });
      }
      return { after: from, items };
    },
    'inbox.mark': async ({ through }) => {
      await client.markReceived(through);
      return {};
    },
    'inbox.settle': async (_params, { signal }) => {
      await openRoads();
      await unlessGivenUp(client.settled(), signal);
      return {};
    },
  };
}
