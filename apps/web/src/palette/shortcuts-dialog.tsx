import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import styles from './shortcuts-dialog.module.css';

/** Keys of one chord; several chords mean the same or go the other way. */
type Chord = readonly string[];

const mac = /mac/i.test(navigator.platform);
const COMMAND = mac ? '⌘' : 'Ctrl';
const ALT = mac ? '⌥' : 'Alt';

const EVERYWHERE = [
  { does: 'palette', chords: [[COMMAND, 'K']] },
  { does: 'list', chords: [[COMMAND, '/']] },
  {
    does: 'section',
    chords: [
      [ALT, '1'],
      [ALT, '4'],
    ],
    range: true,
  },
  { does: 'region', chords: [['F6'], ['Shift', 'F6']] },
  { does: 'close', chords: [['Esc']] },
] as const satisfies readonly Row[];

const IN_CHATS = [
  {
    does: 'chat',
    chords: [
      [ALT, '↓'],
      [ALT, '↑'],
    ],
  },
  {
    does: 'unread',
    chords: [
      [ALT, 'Shift', '↓'],
      [ALT, 'Shift', '↑'],
    ],
  },
  { does: 'search', chords: [[COMMAND, 'Shift', 'F']] },
  { does: 'menu', chords: [['Shift', 'F10']] },
] as const satisfies readonly Row[];

interface Row {
  readonly does: 'palette' | 'list' | 'section' | 'region' | 'close' | 'chat' | 'unread' | 'search' | 'menu';
  readonly chords: readonly Chord[];
  readonly range?: boolean;
}

/** All keys that do something. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <Keys title={t('shortcuts.everywhere')} rows={EVERYWHERE} />
      <Keys title={t('shortcuts.inChats')} rows={IN_CHATS} />
    </Dialog>
  );
}

function Keys({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const { t } = useTranslation('settings');
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.rows}>
        {rows.map(({ does, chords, range }) => (
          <div key={does} className={styles.row}>
            <dt>{t(`shortcuts.${does}`)}</dt>
            <dd className={styles.chords}>
              {chords.map((chord, at) => (
                <Fragment key={chord.join(' ')}>
                  {at > 0 && <span>{t(range ? 'shortcuts.to' : 'shortcuts.or')}</span>}
                  <span className={styles.chord} dir="ltr">
                    {chord.map((key) => (
                      <kbd key={key} className={styles.key}>
                        {key}
                      </kbd>
                    ))}
                  </span>
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
