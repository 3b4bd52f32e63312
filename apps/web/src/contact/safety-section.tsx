import { BadgeCheck, Scale } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { SafetyDigits } from './safety-digits.tsx';
import styles from './safety-section.module.css';
import { Section } from './section.tsx';
import type { ContactInFull } from './use-contact.ts';

/** Whether it is known that nobody stands between, and the way to find out. */
export function SafetySection({ contact }: { readonly contact: ContactInFull }) {
  const { t } = useTranslation('contact');
  const [compares, setCompares] = useState(false);
  const { safety_number, verified } = contact;
  if (safety_number === null) {
    return (
      <Section title={t('safety.title')}>
        <p className={styles.soft}>{t('safety.unknown')}</p>
      </Section>
    );
  }
  return (
    <Section title={t('safety.title')}>
      <SafetyDigits digits={safety_number} />
      <div className={styles.state}>
        <p className={verified ? styles.verified : styles.soft}>
          {verified && <BadgeCheck size={18} aria-hidden />}
          <span>{t(verified ? 'safety.verified' : 'safety.unverified')}</span>
        </p>
        <Button icon={Scale} onPress={() => setCompares(true)}>
          {t('safety.compare')}
        </Button>
      </div>
      {compares && (
        <CompareDialog contact={contact} digits={safety_number} onClose={() => setCompares(false)} />
      )}
    </Section>
  );
}
