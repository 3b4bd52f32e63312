import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NODE_LIES } from '../evil-nodes/node-lies.ts';
import { RELAY_LIES } from '../evil-relay/relay-lies.ts';
import { liesPage } from './lies-page.ts';
import { SERVER_LIES } from './server-lies.ts';

const PAGE = fileURLToPath(new URL('../../../docs/lies.md', import.meta.url));

describe('docs/lies.md', () => {
  it('says what the tests say', async () => {
    const chapters = [
      {
        title: 'A relay',
        intro:
          'Whoever runs it, with its TLS key, in front of a real relay: [`evil-relay.test.ts`](../e2e/journeys/evil-relay.test.ts).',
        groups: RELAY_LIES,
      },
      {
        title: 'Storage nodes',
        intro:
          'Whoever has their keys, at their addresses, in front of real ones: [`evil-nodes.test.ts`](../e2e/journeys/evil-nodes.test.ts).',
        groups: NODE_LIES,
      },
    ];
    await expect(liesPage(chapters, SERVER_LIES)).toMatchFileSnapshot(PAGE);
  });

  it('names tests that are there for what servers say to servers', () => {
    for (const { file, lies } of SERVER_LIES) {
      const tests = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
      for (const { test } of lies) expect(tests).toContain(`'${test}'`);
    }
  });
});
