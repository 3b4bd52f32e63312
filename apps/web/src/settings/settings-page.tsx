import { ArrowLeft } from 'lucide-react';
import { type ComponentType, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { go, type SettingsPage as Page } from '../state/route.ts';
import { IconButton } from '../ui/button.tsx';
import { AboutPage } from './about-page.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { DataPage } from './data-page.tsx';
import { NetworkSummaryPage } from './network-summary-page.tsx';
import { PageList } from './page-list.tsx';
import { PrivacyPage } from './privacy-page.tsx';
import { ProfilePage } from './profile-page.tsx';
import styles from './settings-page.module.css';
import { useWide } from './use-wide.ts';

const PAGES: Readonly<Record<Page, ComponentType>> = {
  profile: ProfilePage,
  privacy: PrivacyPage,
  network: NetworkSummaryPage,
  appearance: AppearancePage,
  data: DataPage,
  about: AboutPage,
};

/** The settings: list and page side by side, or one of them where there is no room. */
export function SettingsPage({ page }: { readonly page: Page | undefined }) {
  const { t } = useTranslation('settings');
  const wide = useWide();
  const main = useRef<HTMLElement>(null);
  const shown = page ?? (wide ? 'profile' : undefined);
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    before.current = shown;
    main.current?.scrollTo(0, 0);
    // What was pressed is gone with the column that it stood in.
    if (!wide) main.current?.focus();
  }, [shown, wide]);
  const Shown = shown && PAGES[shown];
  return (
    <main id="main" tabIndex={-1} ref={main} className={styles.main}>
      {(wide || shown === undefined) && <PageList current={shown} heading={shown === undefined} />}
      {Shown && (
        <div className={styles.page}>
          <header className={styles.header}>
            {!wide && (
              <IconButton
                icon={ArrowLeft}
                mirrored
                label={t('title')}
                onPress={() => go({ screen: 'settings' })}
              />
            )}
            <h1 className={styles.title}>{t(`pages.${shown}`)}</h1>
          </header>
          <div className={styles.content}>
            <Shown />
          </div>
        </div>
      )}
    </main>
  );
}
