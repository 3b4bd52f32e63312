import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { say } from '../ui/toast.tsx';
import { useAction } from '../ui/use-action.ts';
import { DirectoryCard } from './directory-card.tsx';
import { DoctorCard } from './doctor-card.tsx';
import { GuardsCard } from './guards-card.tsx';
import styles from './network-page.module.css';
import { PathsCard } from './paths-card.tsx';
import { ProxyCard } from './proxy-card.tsx';
import { RelayCard } from './relay-card.tsx';
import { RoadsCard } from './roads-card.tsx';
import { useNetwork } from './use-network.ts';

/** How this account is connected: the roads, who carries, and what to do when something is wrong. */
export function NetworkPage() {
  const { t } = useTranslation('network');
  const { t: common } = useTranslation();
  const { view, problem, read } = useNetwork();
  const { run } = useAction();
  const refresh = async () => {
    if (await run(read)) say(t('refreshed'));
  };
  return (
    <main id="main" tabIndex={-1} className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.title}>{t('title')}</h1>
        <IconButton icon={RefreshCw} label={t('refresh')} onPress={refresh} />
      </header>
      <div className={styles.cards}>
        {problem && (
          <p role="alert" className={styles.problem}>
            {t('unread')} {problem}
          </p>
        )}
        {view === undefined && !problem && <Spinner label={common('loading')} />}
        {view !== undefined && (
          <>
            <RoadsCard roads={view.roads} />
            <DoctorCard />
            <RelayCard relay={view.relay} roads={view.roads} />
            <DirectoryCard directory={view.directory} />
            {view.directory && <GuardsCard guards={view.guards} />}
            {view.directory && <PathsCard paths={view.paths} />}
            <ProxyCard proxied={view.proxied} />
          </>
        )}
      </div>
    </main>
  );
}
