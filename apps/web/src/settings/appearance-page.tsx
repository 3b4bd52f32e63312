import type { SettingsValue } from '@sotto/local-api';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, languageOf } from '../i18n/languages.ts';
import { useApp } from '../state/app-store.ts';
import { Choice, Switch } from '../ui/choice.tsx';
import { AccentChoice } from './accent-choice.tsx';
import styles from './appearance-page.module.css';
import { choose } from './choose.ts';
import { Section } from './section.tsx';

const THEMES = ['system', 'light', 'dark'] as const satisfies readonly SettingsValue['theme'][];
const SIZES = [
  'small',
  'normal',
  'large',
  'largest',
] as const satisfies readonly SettingsValue['text_size'][];
const TONGUES = ['en', 'de', 'ar'] as const;

/** How Sotto looks, reads and writes on this device. */
export function AppearancePage() {
  const { t } = useTranslation('settings');
  const settings = useApp((app) => app.settings);
  return (
    <>
      <Section title={t('appearance.theme')} quiet>
        <Choice
          label={t('appearance.theme')}
          value={settings.theme}
          onChange={(theme) => choose({ theme })}
          options={THEMES.map((value) => ({ value, label: t(`appearance.${value}`) }))}
        />
      </Section>
      <Section title={t('appearance.accent')} quiet>
        <AccentChoice />
      </Section>
      <Section title={t('appearance.textSize')} quiet>
        <Choice
          label={t('appearance.textSize')}
          value={settings.text_size}
          onChange={(text_size) => choose({ text_size })}
          options={SIZES.map((value) => ({ value, label: t(`appearance.${value}`) }))}
        />
        <Sample />
      </Section>
      <Section title={t('appearance.language')} quiet>
        <Choice
          label={t('appearance.language')}
          value={settings.language}
          onChange={(language) => choose({ language })}
          options={[
            {
              value: 'system' as const,
              label: t('appearance.systemLanguage', { language: LANGUAGES[languageOf('system')] }),
            },
            ...TONGUES.map((value) => ({ value, label: LANGUAGES[value], lang: value })),
          ]}
        />
      </Section>
      <Section title={t('appearance.writing')}>
        <Switch
          isSelected={settings.enter_sends}
          onChange={(on) => choose({ enter_sends: on })}
          description={t('appearance.enterSendsText')}
        >
          {t('appearance.enterSends')}
        </Switch>
      </Section>
    </>
  );
}

/** Two lines of a chat, in the size and the accent of now. */
function Sample() {
  const { t } = useTranslation('settings');
  return (
    <figure className={styles.sample}>
      <figcaption className="visually-hidden">{t('appearance.sample')}</figcaption>
      <p className={styles.in}>{t('appearance.sampleIn')}</p>
      <p className={styles.out}>{t('appearance.sampleOut')}</p>
    </figure>
  );
}
