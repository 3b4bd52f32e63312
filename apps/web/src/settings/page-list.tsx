import { ChevronRight, CircleHelp, Database, Palette, ShieldHalf, UserRound, Waypoints } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { go, type SettingsPage } from '../state/route.ts';
import styles from './page-list.module.css';

/** The pages in their order. */
export const SETTINGS_PAGES = [
  { page: 'profile', icon: UserRound },
  { page: 'privacy', icon: ShieldHalf },
  { page: 'network', icon: Waypoints },
  { page: 'appearance', icon: Palette },
  { page: 'data', icon: Database },
  { page: 'about', icon: CircleHelp },
] as const satisfies readonly { page: SettingsPage; icon: typeof UserRound }[];

interface Props {
  readonly current: SettingsPage | undefined;
  /** It has the screen for itself, so its title is the screen's. */
  readonly heading: boolean;
}

/** Where the settings are kept apart. */
export function PageList({ current, heading }: Props) {
  const { t } = useTranslation('settings');
  const Title = heading ? 'h1' : 'div';
  return (
    <nav className={styles.list} aria-label={t('pagesLabel')}>
      <Title className={styles.title}>{t('title')}</Title>
      <ul className={styles.items}>
        {SETTINGS_PAGES.map(({ page, icon: Icon }) => (
          <li key={page}>
            <button
              type="button"
              className={styles.item}
              onClick={() => go({ screen: 'settings', page })}
              {...(page === current ? { 'aria-current': 'page' as const } : {})}
            >
              <Icon size={20} aria-hidden />
              <span className={styles.label}>{t(`pages.${page}`)}</span>
              <ChevronRight size={18} aria-hidden className={`mirrored ${styles.arrow}`} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
