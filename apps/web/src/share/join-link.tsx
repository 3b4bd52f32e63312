import { LocalApiError } from '@sotto/local-api';
import i18next from 'i18next';
import { CircleAlert } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../settings/notice.tsx';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { QrCode } from '../ui/qr-code.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { describeError } from '../ui/use-action.ts';
import styles from './my-id.module.css';

type Made = { readonly link: string } | { readonly problem: string };

/** A link by which somebody new comes into this network, and to this account. */
export function JoinLinkDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('share');
  const { t: common } = useTranslation();
  const [made, setMade] = useState<Made>();
  const make = useCallback(async () => {
    setMade(undefined);
    try {
      setMade(await api().call('network.share', {}));
    } catch (error) {
      setMade({ problem: whyNone(error) });
    }
  }, []);
  useEffect(() => void make(), [make]);
  return (
    <Dialog title={t('join.title')} onClose={onClose}>
      <p>{t('join.text')}</p>
      {made === undefined && <Spinner label={t('join.making')} />}
      {made !== undefined && 'problem' in made && (
        <div role="alert">
          <Notice icon={CircleAlert} tone="danger">
            <p>{made.problem}</p>
          </Notice>
        </div>
      )}
      {made !== undefined && 'problem' in made && (
        <Button onPress={() => void make()}>{common('retry')}</Button>
      )}
      {made !== undefined && 'link' in made && (
        <>
          <div className={styles.mine}>
            <QrCode content={made.link} label={t('join.qr')} />
            <CopyButton text={made.link} label={t('join.copy')} />
          </div>
          <p>{t('join.use')}</p>
          <p className={styles.safe}>{t('join.another')}</p>
        </>
      )}
    </Dialog>
  );
}

function whyNone(error: unknown): string {
  const key = `join.${error instanceof LocalApiError ? error.code : ''}`;
  return i18next.exists(key, { ns: 'share' })
    ? i18next.t(key as 'join.not-supported', { ns: 'share' })
    : describeError(error);
}
