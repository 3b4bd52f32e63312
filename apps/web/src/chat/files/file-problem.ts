import type { FileValue } from '@sotto/local-api';
import i18next, { type TFunction } from 'i18next';

/** Why a file failed or waits, and what to do; undefined while nothing is wrong. */
export function fileProblem(
  { problem_code: code, problem, state }: FileValue,
  t: TFunction<'chat'>,
): string | undefined {
  if (code === undefined && problem === undefined) return undefined;
  const key = `problem.${code}`;
  if (code !== undefined && code !== 'other' && i18next.exists(key, { ns: 'chat' })) {
    return t(key as 'problem.file-gone');
  }
  return t(state === 'failed' ? 'problem.other' : 'problem.file-waits');
}
