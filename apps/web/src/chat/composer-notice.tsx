import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import styles from './composer.module.css';
import type { Unsent } from './use-send.ts';

interface Props {
  readonly unsent: Unsent | undefined;
  /** Bytes to the limit, when it is near. */
  readonly left: number | undefined;
  readonly onLookAtContact: () => void;
}

/** Why something did not leave the composer, or soon will not fit. */
export function ComposerNotice({ unsent, left, onLookAtContact }: Props) {
  const { t, i18n } = useTranslation('chat');
  const amount = (bytes: number) => new Intl.NumberFormat(i18n.language).format(bytes);
  return (
    <>
      <div role="alert">
        {unsent && (
          <div className={styles.notice} data-wrong>
            <span>{t('composer.unsent', { why: unsent.words })}</span>
            {unsent.code === 'record-warning' && (
              <Button onPress={onLookAtContact}>{t('composer.look')}</Button>
            )}
          </div>
        )}
      </div>
      <div role="status">
        {left !== undefined && (
          <p className={styles.notice} data-wrong={left < 0 || undefined}>
            {left < 0
              ? t('composer.tooLong', { bytes: amount(-left) })
              : t('composer.left', { bytes: amount(left) })}
          </p>
        )}
      </div>
    </>
  );
}
