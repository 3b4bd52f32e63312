import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { filterEntries } from './filter-entries.ts';
import styles from './palette.module.css';
import type { PaletteDialog } from './palette-dialog.ts';
import { PaletteOption } from './palette-option.tsx';
import { type Entry, useEntries } from './use-entries.ts';

interface Props {
  readonly onClose: () => void;
  readonly onShow: (what: PaletteDialog) => void;
}

/**
 * Commands and chats by typing: a field that keeps the focus, and a list that it points into (ARIA's
 * combobox with a listbox that is always open).
 */
export function Palette({ onClose, onShow }: Props) {
  const { t } = useTranslation('settings');
  const id = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const shown = filterEntries(useEntries(onShow), typed);
  const active = shown[at];
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const run = (entry: Entry) => {
    // Closed first, so that what the entry opens finds the focus where it was before.
    onClose();
    entry.run();
  };
  const press = (event: KeyboardEvent) => {
    const to = move(event.key, at, shown.length);
    if (to !== undefined) setAt(to);
    else if (event.key === 'Enter' && active && !event.nativeEvent.isComposing) run(active);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('palette.title')} onClose={onClose}>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        dir="auto"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.label')}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-activedescendant={active && `${id}-${at}`}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <p className="visually-hidden" role="status">
        {typed === '' || shown.length === 0 ? '' : t('palette.found', { count: shown.length })}
      </p>
      {shown.length === 0 && (
        <p className={styles.none} role="status">
          {t('palette.none')}
        </p>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={t('palette.results')}
        className={styles.list}
        hidden={shown.length === 0}
      >
        {shown.map((entry, place) => (
          <PaletteOption
            key={entry.id}
            id={`${id}-${place}`}
            at={place}
            entry={entry}
            active={place === at}
            onPoint={() => setAt(place)}
            onRun={() => run(entry)}
          />
        ))}
      </div>
    </Dialog>
  );
}

const JUMP = 8;

/** Where a key leads in a list of so many; undefined for keys that belong to the field. */
function move(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowUp') return (at - 1 + count) % count;
  if (key === 'PageDown') return Math.min(count - 1, at + JUMP);
  if (key === 'PageUp') return Math.max(0, at - JUMP);
  return undefined;
}
