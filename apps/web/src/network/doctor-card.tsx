import type { CheckValue } from '@sotto/local-api';
import { CircleAlert, CircleCheck, Info, Stethoscope } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../state/connection.ts';
import { Button } from '../ui/button.tsx';
import { useAction } from '../ui/use-action.ts';
import { Card } from './card.tsx';
import styles from './doctor-card.module.css';
import { judgeCheck, nameCheck } from './name-check.ts';

const ICONS = { ok: CircleCheck, problem: CircleAlert, note: Info } as const;

/** Looks for what is wrong, and says what to do about it. */
export function DoctorCard() {
  const { t } = useTranslation('network');
  const { busy, problem, run } = useAction();
  const [checks, setChecks] = useState<readonly CheckValue[]>([]);
  const examine = () => run(async () => setChecks((await api().call('doctor', {})).checks));
  const problems = checks.filter((check) => !check.ok).length;
  const summary = problems === 0 ? t('doctor.allWell') : t('doctor.problems', { count: problems });
  return (
    <Card
      title={t('doctor.title')}
      help={t('doctor.help')}
      action={
        <Button icon={Stethoscope} onPress={() => void examine()}>
          {t(busy ? 'doctor.running' : 'doctor.run')}
        </Button>
      }
    >
      {problem && <p role="alert">{problem}</p>}
      <p role="status" className={styles.summary}>
        {busy || checks.length === 0 ? '' : summary}
      </p>
      <ul className={styles.checks}>
        {checks.map((check) => {
          const verdict = judgeCheck(check);
          const name = nameCheck(check.check);
          const Icon = ICONS[verdict];
          return (
            <li key={check.check} className={styles.check}>
              <Icon size={18} role="img" aria-label={t(`doctor.${verdict}`)} className={styles[verdict]} />
              <span className={styles.words}>
                <span className={styles.name}>
                  {t(`check.${name}.name`)}
                  {name === 'other' && (
                    <>
                      {' '}
                      (<bdi>{check.check}</bdi>)
                    </>
                  )}
                </span>
                <span className={styles.line}>
                  {verdict === 'note'
                    ? t('check.directory.note')
                    : t(`check.${name}.${verdict === 'ok' ? 'ok' : 'bad'}`)}
                </span>
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
