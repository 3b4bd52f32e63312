import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import type { Joining } from '../joining.ts';
import styles from './network-line.module.css';

interface Props {
  readonly joining: Joining | undefined;
  readonly onChange: () => void;
  readonly isDisabled?: boolean;
}

/** The network that is going to be used, in one line, and the way to another. */
export function NetworkLine({ joining, onChange, isDisabled = false }: Props) {
  const { t } = useTranslation('firstRun');
  const { t: common } = useTranslation();
  const { relay = null, directory = null } = joining?.summary ?? {};
  return (
    <div className={styles.line}>
      {joining === undefined ? (
        <p>{t('network.noneText')}</p>
      ) : (
        <p>
          {t('network.now')}:{' '}
          <bdi dir="ltr">{joining.onionOnly || relay === null ? directory?.name : relay.host}</bdi>
          {joining.onionOnly && ` · ${common('road.onion')}`}
        </p>
      )}
      <Button look="quiet" isDisabled={isDisabled} onPress={onChange}>
        {t('welcome.other')}
      </Button>
    </div>
  );
}
