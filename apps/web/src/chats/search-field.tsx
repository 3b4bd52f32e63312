import { MAX_SEARCH } from '@sotto/local-api';
import { Search, X } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isWho } from '../share/read-who.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './search-field.module.css';

interface Props {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** An ID or a contact link was put in. */
  readonly onWho?: (who: string) => void;
  /** Arrow down: to what was found. */
  readonly onDown: () => void;
  readonly onClose?: () => void;
  readonly label?: string;
  readonly autoFocus?: boolean;
}

/** Where one types what to search for. Esc empties it, and then closes it where it can be closed. */
export function SearchField({ value, onChange, onWho, onDown, onClose, label, autoFocus = false }: Props) {
  const { t } = useTranslation('chats');
  const input = useRef<HTMLInputElement>(null);
  const name = label ?? t('search.label');
  return (
    <search className={styles.search}>
      <Search size={18} aria-hidden className={styles.icon} />
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        className={styles.input}
        value={value}
        aria-label={name}
        placeholder={name}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: only where the person has just opened a search
        autoFocus={autoFocus}
        onChange={({ target }) => {
          if (onWho !== undefined && isWho(target.value)) {
            onChange('');
            onWho(target.value);
          } else onChange(target.value.slice(0, MAX_SEARCH));
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && !event.altKey) onDown();
          else if (event.key === 'Escape' && value !== '') onChange('');
          else if (event.key === 'Escape' && onClose !== undefined) onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {value !== '' && (
        <IconButton
          icon={X}
          label={t('search.clear')}
          onPress={() => {
            onChange('');
            input.current?.focus();
          }}
        />
      )}
    </search>
  );
}
