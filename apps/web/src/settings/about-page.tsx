import { Keyboard, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ShortcutsDialog } from '../palette/shortcuts-dialog.tsx';
import { useApp } from '../state/app-store.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import styles from './about-page.module.css';
import { Facts } from './facts.tsx';
import { groupsOf } from './groups-of.ts';
import { Buttons, Section } from './section.tsx';

const PROTECTED = ['Content', 'Old', 'Stored', 'Name'] as const;
const UNPROTECTED = ['Device', 'Contact', 'Relay', 'Watcher'] as const;

/** Help, what this program is, and what it protects. */
export function AboutPage() {
  const { t } = useTranslation('settings');
  const [shortcuts, setShortcuts] = useState(false);
  return (
    <>
      <Section title={t('about.helpTitle')}>
        <Buttons>
          <Button icon={Keyboard} onPress={() => setShortcuts(true)}>
            {t('about.shortcuts')}
          </Button>
        </Buttons>
      </Section>
      <Section title={t('about.protectionTitle')}>
        <div className={styles.protection}>
          <div className={styles.side}>
            <h3 className={styles.good}>
              <ShieldCheck size={20} aria-hidden />
              {t('about.protectedTitle')}
            </h3>
            <ul className={styles.points}>
              {PROTECTED.map((point) => (
                <li key={point}>{t(`about.protected${point}`)}</li>
              ))}
            </ul>
          </div>
          <div className={styles.side}>
            <h3 className={styles.open}>
              <ShieldAlert size={20} aria-hidden />
              {t('about.unprotectedTitle')}
            </h3>
            <ul className={styles.points}>
              {UNPROTECTED.map((point) => (
                <li key={point}>{t(`about.unprotected${point}`)}</li>
              ))}
            </ul>
          </div>
        </div>
        <p className={styles.soft}>{t('about.more')}</p>
      </Section>
      <ProgramSection />
      {shortcuts && <ShortcutsDialog onClose={() => setShortcuts(false)} />}
    </>
  );
}

function ProgramSection() {
  const { t } = useTranslation('settings');
  const state = useApp((app) => app.state);
  if (state === undefined) return null;
  return (
    <Section title={t('about.versionTitle')}>
      <Facts facts={[{ name: t('about.version'), value: state.version }]} />
      <h3 className={styles.name}>{t('about.build')}</h3>
      <code className={styles.build} dir="ltr">
        {groupsOf(state.build, 8).map((group, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups have their places and may be equal
          <span key={at}>{group} </span>
        ))}
      </code>
      <p className={styles.soft}>{t('about.buildText')}</p>
      <Buttons>
        <CopyButton text={state.build} label={t('about.copyBuild')} />
      </Buttons>
      <h3 className={styles.name}>{t('about.licence')}</h3>
      <p className={styles.soft}>{t('about.licenceText')}</p>
    </Section>
  );
}
