import type { ChatItemValue } from '@sotto/local-api';
import type { TFunction } from 'i18next';
import i18next from 'i18next';

type Text = Extract<ChatItemValue, { kind: 'text' }>;

/**
 * Why a message waits or was not sent, in the person's language: by its code where that is known, else
 * what can be said in general. Undefined while nothing is wrong.
 */
export function problemWords(item: Text, t: TFunction<'chat'>): string | undefined {
  if (item.state !== 'failed' && item.state !== 'queued') return undefined;
  const key = `problem.${item.problem_code}`;
  if (item.problem_code !== undefined && i18next.exists(key, { ns: 'chat' })) {
    return t(key as 'problem.other');
  }
  if (item.state === 'failed') return t('problem.other');
  if (item.stored_on !== undefined && item.of !== undefined) {
    return t('problem.few', { count: item.stored_on, of: item.of });
  }
  return item.problem === undefined && item.problem_code === undefined ? undefined : t('problem.waits');
}
