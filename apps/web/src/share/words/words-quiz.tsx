import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setAccount } from '../../state/app-store.ts';
import { api } from '../../state/connection.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.tsx';
import { useAction } from '../../ui/use-action.ts';
import { fetchWords } from './use-words.ts';
import styles from './words-quiz.module.css';

interface Props {
  /** Numbers of the words that are asked for, from 1. */
  readonly asked: readonly [number, number];
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** Two words back from paper; then this device forgets them all. */
export function WordsQuiz({ asked, onBack, onDone }: Props) {
  const { t } = useTranslation('share');
  const { t: common } = useTranslation();
  const { problem, run, clear } = useAction();
  const [typed, setTyped] = useState<readonly [string, string]>(['', '']);
  const [wrong, setWrong] = useState<readonly boolean[]>([]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    let right = false;
    const done = await run(async () => {
      const words = await fetchWords();
      const misses = asked.map((number, at) => plain(typed[at] ?? '') !== words[number - 1]);
      setWrong(misses);
      if (misses.includes(true)) return;
      setAccount(await api().call('account.forget_phrase', { words: words.join(' ') }));
      right = true;
    });
    if (!done || !right) return;
    say(t('words.forgotten'));
    onDone();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <p>{t('words.quiz')}</p>
      {asked.map((number, at) => (
        <TextField
          key={number}
          autoFocus={at === 0}
          label={t('words.word', { number })}
          value={typed[at] ?? ''}
          maxLength={32}
          autoComplete="off"
          autoCorrect="off"
          spellCheck="false"
          error={wrong[at] ? t('words.wrong') : undefined}
          onChange={(word) => {
            setTyped(at === 0 ? [word, typed[1]] : [typed[0], word]);
            setWrong([]);
            clear();
          }}
        />
      ))}
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className={styles.actions}>
        <Button onPress={onBack}>{common('back')}</Button>
        <Button type="submit" look="primary" isDisabled={typed.some((word) => word.trim() === '')}>
          {t('words.check')}
        </Button>
      </div>
    </form>
  );
}

/** As somebody types a word from paper. */
function plain(word: string): string {
  return word.normalize('NFKC').trim().toLowerCase();
}
