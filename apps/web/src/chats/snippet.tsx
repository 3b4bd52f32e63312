import type { ChatValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { StatusGlyph } from '../chat/status-glyph.tsx';
import styles from './snippet.module.css';

interface Props {
  readonly chat: ChatValue;
  readonly types: boolean;
  /** What is typed in the chat that is open is seen there. */
  readonly selected: boolean;
}

/** What a row says of its chat: what was begun, what happens, or the last line. */
export function Snippet({ chat: { draft, last, contact }, types, selected }: Props) {
  const { t } = useTranslation('chats');
  const filesOf = (count: number) => (count === 0 ? '' : t('files.only', { ns: 'chat', count }));
  if (draft !== null && !selected) {
    return (
      <>
        <span className={styles.draft}>{t('snippet.draft')}</span>
        <bdi className={styles.text}>{line(draft)}</bdi>
      </>
    );
  }
  if (types) return <span className={styles.typing}>{t('snippet.typing')}</span>;
  if (last === null)
    return (
      <span className={styles.text}>
        {t(contact.state === 'invited' ? 'snippet.invited' : 'snippet.none')}
      </span>
    );
  if (last.kind === 'gap')
    return <span className={styles.text}>{t('snippet.gap', { count: last.missing })}</span>;
  const said = last.text === '' ? filesOf(last.files?.length ?? 0) : line(last.text);
  if (last.direction === 'in') return <bdi className={styles.text}>{said}</bdi>;
  return (
    <>
      <StatusGlyph state={last.state} size={14} label={t(`state.${last.state}`, { ns: 'chat' })} />
      <span>{t('snippet.you')}</span>
      <bdi className={styles.text}>{said}</bdi>
    </>
  );
}

/** A row shows one line, and not more of it than fits the widest list. */
function line(text: string): string {
  return text.slice(0, 160).replace(/\s+/g, ' ');
}
