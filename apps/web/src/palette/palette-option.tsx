import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar.tsx';
import styles from './palette.module.css';
import type { Entry } from './use-entries.ts';

interface Props {
  readonly id: string;
  readonly at: number;
  readonly entry: Entry;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onRun: () => void;
}

/** One entry of the palette. The keys for it are the field's. */
export function PaletteOption({ id, at, entry, active, onPoint, onRun }: Props) {
  const { t } = useTranslation('settings');
  const Icon = entry.icon;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and takes Enter
    <div
      id={id}
      data-at={at}
      role="option"
      // The field points at it; it takes no focus itself.
      tabIndex={-1}
      aria-selected={active}
      className={styles.option}
      onPointerMove={onPoint}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onRun}
    >
      {entry.account !== undefined && <Avatar account={entry.account} name={entry.label} size={28} />}
      {Icon && <Icon size={20} aria-hidden className={styles.icon} />}
      <span className={styles.label}>
        <bdi>{entry.label}</bdi>
      </span>
      <span className={styles.kind}>
        {t(entry.kind === 'chat' ? 'palette.kindChat' : 'palette.kindCommand')}
      </span>
    </div>
  );
}
