import {
  type KeyboardEvent,
  type SyntheticEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { diagnosePhrase, replaceWord, wordAt } from './phrase.ts';
import { completions, type WordList } from './word-list.ts';
import styles from './words-field.module.css';
import { WordsReport } from './words-report.tsx';

/** As the owner of a profile takes it. */
const MAX_WORDS_LENGTH = 4096;
const MOST_SUGGESTIONS = 3;

interface Props {
  readonly list: WordList | undefined;
  readonly value: string;
  readonly isDisabled: boolean;
  readonly onChange: (text: string) => void;
}

/**
 * Recovery words in one field, with the list's words offered while one types: Tab or Enter takes the marked
 * one, arrow keys mark another, Esc puts them away. The words are kept nowhere but in the form.
 */
export function WordsField({ list, value, isDisabled, onChange }: Props) {
  const { t } = useTranslation('firstRun');
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number>();
  const [at, setAt] = useState(0);
  const [away, setAway] = useState(false);
  // What one came for; the library's fields take the focus the same way.
  useEffect(() => area.current?.focus(), []);
  /** Where the caret has to stand once the text is there. */
  const moveTo = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (moveTo.current === undefined) return;
    area.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = undefined;
  });
  const current = caret === undefined ? undefined : wordAt(value, caret);
  const offered =
    list === undefined || current === undefined || away
      ? []
      : completions(list, current.word, MOST_SUGGESTIONS);
  const marked = offered[Math.min(at, offered.length - 1)];
  const follow = ({ currentTarget }: SyntheticEvent<HTMLTextAreaElement>) => {
    const { selectionStart, selectionEnd } = currentTarget;
    setCaret(selectionStart === selectionEnd ? selectionStart : undefined);
  };
  const accept = (word: string) => {
    if (current === undefined) return;
    const next = replaceWord(value, current, word);
    moveTo.current = next.caret;
    setCaret(next.caret);
    setAt(0);
    onChange(next.text);
    area.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (marked !== undefined && plain && (event.key === 'Tab' || event.key === 'Enter')) accept(marked);
    else if (offered.length > 1 && event.key === 'ArrowDown') setAt((at + 1) % offered.length);
    else if (offered.length > 1 && event.key === 'ArrowUp') setAt((at - 1 + offered.length) % offered.length);
    else if (marked !== undefined && event.key === 'Escape') setAway(true);
    else if (event.key === 'Enter' && plain) area.current?.form?.requestSubmit();
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {t('restore.words')}
      </label>
      <p id={`${id}-text`} className={styles.help}>
        {t('restore.wordsText')}
      </p>
      <textarea
        ref={area}
        id={id}
        className={styles.input}
        rows={4}
        dir="ltr"
        lang="en"
        translate="no"
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        maxLength={MAX_WORDS_LENGTH}
        readOnly={isDisabled}
        aria-describedby={`${id}-text ${id}-report`}
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={marked === undefined ? undefined : `${id}-${marked}`}
        value={value}
        onChange={(event) => {
          follow(event);
          setAt(0);
          setAway(false);
          onChange(event.target.value);
        }}
        onSelect={follow}
        onBlur={() => setCaret(undefined)}
        onKeyDown={press}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t('restore.suggestions')}
        className={styles.list}
        dir="ltr"
        lang="en"
        translate="no"
      >
        {offered.map((word) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and points here
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
          <div
            key={word}
            id={`${id}-${word}`}
            role="option"
            aria-selected={word === marked}
            className={styles.option}
            // Pressed before the field would lose the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => accept(word)}
          >
            {word}
          </div>
        ))}
      </div>
      <p className="visually-hidden" role="status">
        {marked === undefined ? '' : t('restore.suggested', { count: offered.length, first: marked })}
      </p>
      {list !== undefined && (
        <WordsReport id={`${id}-report`} diagnosis={diagnosePhrase(value, list, caret)} />
      )}
    </div>
  );
}
