import { useState } from 'react';
import styles from './message-text.module.css';
import { shortened } from './text-size.ts';
import { useWords } from './words.ts';

interface Props {
  readonly id: string;
  /** Of the message: what was opened stays open while the page lives. */
  readonly sequence: number;
  readonly text: string;
}

/** Long texts that were opened: lines that leave memory and come back forget it. */
const opened = new Set<number>();

/** What somebody wrote, as text and nothing else. Links are text too: copying one is a decision. */
export function MessageText({ id, sequence, text }: Props) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(opened.has(sequence));
  const short = isOpen ? undefined : shortened(text);
  return (
    <>
      <div id={id} className={styles.text} dir="auto" data-short={short !== undefined || undefined}>
        {short === undefined ? text : `${short}…`}
      </div>
      {short !== undefined && (
        <button
          type="button"
          className={styles.more}
          onClick={() => {
            opened.add(sequence);
            setOpen(true);
          }}
        >
          {t('showAll')}
        </button>
      )}
    </>
  );
}
