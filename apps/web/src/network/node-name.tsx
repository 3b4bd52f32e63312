import { useTranslation } from 'react-i18next';
import styles from './node-name.module.css';

interface Props {
  readonly ip: string;
  /** The beginning of its key. */
  readonly beginning: string;
}

/** Which storage node it is. */
export function NodeName({ ip, beginning }: Props) {
  const { t } = useTranslation('network');
  return (
    <span className={styles.node}>
      <bdi dir="ltr">{ip}</bdi>
      <span>
        {t('path.key')}{' '}
        <bdi dir="ltr" className={styles.key}>
          {beginning}…
        </bdi>
      </span>
    </span>
  );
}
