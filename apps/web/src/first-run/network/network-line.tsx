import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import type { Joining } from '../joining.ts';
import styles from './network-line.module.css';

interface Props {
  readonly joining: Joining | undefined;
  readonly onChange: () => void;
  readonly isDisabled?: boolean;
}

/** Enough of a list's name to tell it from another at a glance; all of it stands where networks are chosen. */
const BEGINNING = 8;

/** The network that is going to be used, in one line, and the way to another. */
export function NetworkLine({ joining, onChange, isDisabled = false }: Props) {
  const { t } = useTranslation('firstRun');
  const { t: common } = useTranslation();
  const { relay = null, directory = null } = joining?.summary ?? {};
  const begin = directory === null ? '' : `${directory.name.slice(0, BEGINNING)}…`;
  return (
    <div className={styles.line}>
      {joining === undefined ? (
        <p>{t('network.noneText')}</p>
      ) : (
        <p>
          {t('network.now')}: <bdi dir="ltr">{joining.onionOnly || relay === null ? begin : relay.host}</bdi>
          {joining.onionOnly && ` · ${common('road.onion')}`}
        </p>
      )}
      <Button look="quiet" isDisabled={isDisabled} onPress={onChange}>
        {t(joining === undefined ? 'welcome.choose' : 'welcome.other')}
      </Button>
    </div>
  );
}
