import type { SettingsValue } from '@sotto/local-api';
import { Check } from 'lucide-react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import styles from './accent-choice.module.css';
import { choose } from './choose.ts';

const ACCENTS = [
  'teal',
  'blue',
  'violet',
  'rose',
  'amber',
  'graphite',
] as const satisfies readonly SettingsValue['accent'][];

/** The accent's colour: each with its name, and the chosen one ticked. */
export function AccentChoice() {
  const { t } = useTranslation('settings');
  const accent = useApp(({ settings }) => settings.accent);
  return (
    <RadioGroup
      className={styles.group ?? ''}
      orientation="horizontal"
      value={accent}
      onChange={(chosen) => choose({ accent: chosen as SettingsValue['accent'] })}
    >
      <Label className={styles.title ?? ''}>{t('appearance.accent')}</Label>
      <div className={styles.swatches}>
        {ACCENTS.map((each) => (
          <Radio key={each} value={each} className={styles.swatch ?? ''}>
            <span className={styles.colour} data-swatch={each} aria-hidden>
              <Check size={22} strokeWidth={3} className={styles.tick} />
            </span>
            <span className={styles.name}>{t(`appearance.${each}`)}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
