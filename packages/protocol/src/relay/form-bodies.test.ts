import fc from 'fast-check';
import { obeysBodyLaws, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const policies = {
  key: wordOf(1, 30),
  credential: wordOf(1, 30),
  acl: fc.constant('private'),
  algorithm: fc.constant('AWS4-HMAC-SHA256'),
  date: wordOf(16, 16),
  policy: wordOf(1, 300),
  signature: wordOf(64, 64),
};
const POLICY_MEMBERS = Object.keys(policies);

obeysBodyLaws({
  name: 'form for an attachment',
  values: fc.record({
    cdn: fc.constantFrom(2, 3),
    key: wordOf(20, 20),
    headers: fc.dictionary(wordOf(1, 20), wordOf(0, 30), { maxKeys: 4 }),
    signedUploadLocation: wordOf(1, 100).map((word) => `https://localhost/${word}`),
  }),
  format: protocol.formatAttachmentForm,
  parse: protocol.parseAttachmentForm,
  required: ['cdn', 'key', 'headers', 'signedUploadLocation'],
  refused: [
    ['cdn', -1],
    ['key', ''],
    ['headers', { 'do-not-repeat-me': 1 }],
    ['headers', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`x-${index}`, '']))],
    ['signedUploadLocation', ''],
  ],
});

obeysBodyLaws({
  name: 'form to post',
  values: fc.record(policies),
  format: protocol.formatPostPolicyForm,
  parse: protocol.parsePostPolicyForm,
  required: POLICY_MEMBERS,
  refused: [['policy', 'x'.repeat(8_193)]],
});

const stickers = fc.record({ id: fc.integer({ min: -1, max: 200 }), ...policies });

obeysBodyLaws({
  name: 'forms for a sticker pack',
  values: fc.record({
    packId: fc.stringMatching(/^[0-9a-f]{32}$/),
    manifest: stickers,
    stickers: fc.array(stickers, { minLength: 1, maxLength: 3 }),
  }),
  format: protocol.formatStickerPackForm,
  parse: protocol.parseStickerPackForm,
  required: ['packId', 'manifest', 'stickers'],
  refused: [
    ['packId', 'ab'.repeat(15)],
    ['manifest.id', -2],
    ['stickers.id', 201],
  ],
});
