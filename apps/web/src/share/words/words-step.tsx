import { Eye, EyeOff, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../settings/notice.tsx';
import { Button } from '../../ui/button.tsx';
import { useWords } from './use-words.ts';
import { WordsList } from './words-list.tsx';
import styles from './words-step.module.css';

/** For people who cannot hold a button and read at once. */
const SHOWN_SECONDS = 30;

interface Props {
  /** They say that they have them on paper; `count` words. */
  readonly onWritten: (count: number) => void;
}

/** What the words are, and the words: only while a button is held, or for half a minute. */
export function WordsStep({ onWritten }: Props) {
  const { t } = useTranslation('share');
  const { words, problem, show, hide } = useWords();
  /** How many there were when they were seen. */
  const [seen, setSeen] = useState<number>();
  /** Seconds that they still show without a button held. */
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (words !== undefined) setSeen(words.length);
    else setLeft(0);
  }, [words]);
  useEffect(() => {
    if (left === 0 || words === undefined) return;
    const timer = setTimeout(() => {
      if (left === 1) hide();
      setLeft(left - 1);
    }, 1_000);
    return () => clearTimeout(timer);
  }, [left, words, hide]);
  const timed = left > 0;
  return (
    <>
      <div className={styles.why}>
        <p>{t('words.what')}</p>
        <Notice icon={TriangleAlert} tone="warning">
          {t('words.never')}
        </Notice>
        <p>{t('words.noHelp')}</p>
      </div>
      <WordsList words={words} />
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className={styles.show}>
        <Button
          icon={words === undefined ? EyeOff : Eye}
          isDisabled={timed}
          aria-describedby="words-hold"
          onPressStart={show}
          onPressEnd={hide}
          onBlur={hide}
        >
          {t('words.hold')}
        </Button>
        <Button
          look="quiet"
          onPress={() => {
            if (timed) hide();
            else {
              setLeft(SHOWN_SECONDS);
              show();
            }
          }}
        >
          {timed ? t('words.hideNow') : t('words.showFor', { seconds: SHOWN_SECONDS })}
        </Button>
      </div>
      <p id="words-hold" className={styles.small}>
        {timed ? t('words.shownFor', { count: left }) : t('words.holdText')}
      </p>
      <Button
        look="primary"
        wide
        isDisabled={seen === undefined}
        onPress={() => {
          hide();
          if (seen !== undefined) onWritten(seen);
        }}
      >
        {t(seen === undefined ? 'words.writtenFirst' : 'words.written')}
      </Button>
    </>
  );
}
