import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../i18n/en/index.ts';
import { problemWords } from './problem-words.ts';

type Text = Parameters<typeof problemWords>[0];

const WAITING: Text = {
  kind: 'text',
  sequence: 1,
  id: 'x',
  direction: 'out',
  text: 'hi',
  state: 'queued',
  road: null,
  sent_at: 1,
  request: false,
};

const wordsOf = (item: Partial<Text>) =>
  problemWords({ ...WAITING, ...item }, i18next.getFixedT(null, 'chat'));

describe('the words about a message that is not sent', () => {
  beforeAll(() => i18next.init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));

  it('are those of its code', () => {
    expect(wordsOf({ problem: 'said by the owner', problem_code: 'contact-warning' })).toBe(
      en.chat.problem['contact-warning'],
    );
    expect(wordsOf({ problem_code: 'too-few-nodes', stored_on: 3, of: 7 })).toContain('Stored on 3 of 7');
  });

  it('are general where the code is not known, and never the sentence of the owner', () => {
    for (const problem_code of ['other', 'of-next-year']) {
      const problem = 'said by the owner';
      expect(wordsOf({ problem, problem_code })).toBe(en.chat.problem.waits);
      expect(wordsOf({ problem, problem_code, state: 'failed' })).toBe(en.chat.problem.other);
    }
  });

  it('are none where nothing is the matter', () => {
    expect(wordsOf({})).toBeUndefined();
    expect(wordsOf({ state: 'sent', problem_code: 'expired' })).toBeUndefined();
  });
});
