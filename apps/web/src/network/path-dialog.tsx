import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import { reachOf } from './judge-roads.ts';
import { OnionPath } from './onion-path.tsx';
import styles from './path-dialog.module.css';
import { RelayWay } from './relay-way.tsx';
import { useNetwork } from './use-network.ts';
import { WhoSeesWhat } from './who-sees-what.tsx';

/** By which machines messages travel now, and what each of them sees. */
export function PathDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('network');
  const { t: common } = useTranslation();
  const { view, problem, read } = useNetwork();
  const { problem: refusal, run } = useAction();
  const rotate = async () => {
    const worked = await run(() => api().call('paths.rotate', {}));
    if (worked) say(t('path.rotated'));
    await read();
  };
  const onion = view !== undefined && reachOf(view.roads, 'onion') !== 'absent';
  return (
    <Dialog title={t('path.title')} onClose={onClose}>
      {view === undefined &&
        (problem ? <p role="alert">{problem}</p> : <Spinner label={common('loading')} />)}
      {view !== undefined && (
        <>
          <section className={styles.road}>
            <h3>{t('path.onionTitle')}</h3>
            {!onion && <p className={styles.soft}>{t('path.noOnion')}</p>}
            {onion && view.paths.length === 0 && <p className={styles.soft}>{t('path.none')}</p>}
            {view.paths.map((path) => (
              <OnionPath key={`${path.purpose} ${path.hops.map(({ key }) => key).join()}`} path={path} />
            ))}
            {onion && (
              <div className={styles.rotate}>
                <Button icon={RefreshCw} onPress={rotate}>
                  {t('path.rotate')}
                </Button>
                <p className={styles.soft}>{t('path.rotateHelp')}</p>
                {refusal && <p role="alert">{refusal}</p>}
              </div>
            )}
          </section>
          <section className={styles.road}>
            <h3>{t('path.relayTitle')}</h3>
            {view.relay === null ? (
              <p className={styles.soft}>{t('path.noRelay')}</p>
            ) : (
              <RelayWay relay={view.relay} roads={view.roads} />
            )}
          </section>
          <WhoSeesWhat relay={view.relay !== null} onion={onion} />
        </>
      )}
    </Dialog>
  );
}
