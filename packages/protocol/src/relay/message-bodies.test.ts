import fc from 'fast-check';
import { bytesOf, deviceIds, obeysBodyLaws } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const devices = fc.array(deviceIds, { maxLength: 4 });

obeysBodyLaws({
  name: 'answer to a send',
  values: fc.record({ needsSync: fc.boolean() }),
  format: protocol.formatSendMessageResponse,
  parse: protocol.parseSendMessageResponse,
});

obeysBodyLaws({
  name: 'mismatched devices',
  values: fc.record({ missingDevices: devices, extraDevices: devices }),
  format: protocol.formatMismatchedDevices,
  parse: protocol.parseMismatchedDevices,
  refused: [
    ['missingDevices', [0]],
    ['extraDevices', [128]],
  ],
});

obeysBodyLaws({
  name: 'stale devices',
  values: fc.record({ staleDevices: devices }),
  format: protocol.formatStaleDevices,
  parse: protocol.parseStaleDevices,
  refused: [['staleDevices', Array.from({ length: 128 }, () => 1)]],
});

obeysBodyLaws({
  name: 'spam report',
  values: fc.record({ token: bytesOf(0, 100) }, { requiredKeys: [] }),
  format: protocol.formatSpamReport,
  parse: protocol.parseSpamReport,
  refused: [['token', 'A']],
});

obeysBodyLaws({
  name: 'count of prekeys',
  values: fc.record({ count: fc.nat(), pqCount: fc.nat() }),
  format: protocol.formatPreKeyCount,
  parse: protocol.parsePreKeyCount,
  required: ['count', 'pqCount'],
  refused: [['count', -1]],
});
