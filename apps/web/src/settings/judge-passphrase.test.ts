import { expect, it } from 'vitest';
import { judgePassphrase } from './judge-passphrase.ts';

it.each([
  ['secret', 'tooShort'],
  ['P4ssw0rd!', 'tooShort'],
  // Characters count, not the two units that each of these takes.
  ['🐈🐈🐈🐈🐈🐈🐈🐈🐈', 'tooShort'],
  ['ten letter', 'middling'],
  ['correct horse batte', 'middling'],
  ['correct horse battery staple', 'long'],
])('judges %s as %s', (passphrase, judgement) => {
  expect(judgePassphrase(passphrase)).toBe(judgement);
});
