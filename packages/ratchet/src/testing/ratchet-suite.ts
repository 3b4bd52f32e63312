import { describe } from 'vitest';
import type { RatchetEngine } from '../port.ts';
import { certificateSuite } from './certificate-suite.ts';
import { conversationSuite } from './conversation-suite.ts';
import { failureSuite } from './failure-suite.ts';
import { firstMessageSuite } from './first-message-suite.ts';
import { prekeySuite } from './prekey-suite.ts';
import { sealSuite } from './seal-suite.ts';

/** What every engine behind the port must do. Call it at the top level of a test file. */
export function ratchetSuite(makeEngine: () => RatchetEngine): void {
  describe('ratchet', () => {
    conversationSuite(makeEngine);
    failureSuite(makeEngine);
    firstMessageSuite(makeEngine);
    prekeySuite(makeEngine);
    sealSuite(makeEngine);
    certificateSuite(makeEngine);
  });
}
