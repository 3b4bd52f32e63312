import type { ContactDeviceValue } from '@sotto/local-api';
import { MonitorSmartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './devices.module.css';
import { Section } from './section.tsx';

/** Where their messages arrive, as the pinned record says. */
export function Devices({ devices }: { readonly devices: readonly ContactDeviceValue[] }) {
  const { t } = useTranslation('contact');
  return (
    <Section title={t('devices.title')}>
      {devices.length === 0 && <p className={styles.soft}>{t('devices.none')}</p>}
      <ul className={styles.devices}>
        {devices.map(({ device, key }) => (
          <li key={device} className={styles.device}>
            <MonitorSmartphone size={20} aria-hidden />
            <span className={styles.words}>
              <span>{t('devices.device', { number: device })}</span>
              <span className={styles.soft}>
                {t('devices.key')} <code dir="ltr">{key}</code>
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
