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
  const { problem_code: code, stored_on: stored, of } = item;
  const key = `problem.${code}`;
  // What has numbers in it is told below, if they are there.
  const isPlain = code !== undefined && code !== 'other' && code !== 'too-few-nodes';
  if (isPlain && i18next.exists(key, { ns: 'chat' })) return t(key as 'problem.waits');
  if (item.state === 'failed') return t('problem.other');
  if (stored !== undefined && of !== undefined) return t('problem.too-few-nodes', { stored, of });
  return item.problem === undefined && code === undefined ? undefined : t('problem.waits');
}
