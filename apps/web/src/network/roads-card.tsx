import type { RoadStatusValue } from '@sotto/local-api';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { Card } from './card.tsx';
import { reachOf } from './judge-roads.ts';
import { ReachWords } from './reach-words.tsx';
import { RoadMark } from './road-mark.tsx';
import styles from './roads-card.module.css';

/** Both roads at a glance. */
export function RoadsCard({ roads }: { readonly roads: readonly RoadStatusValue[] }) {
  const { t } = useTranslation('network');
  return (
    <Card title={t('roads.title')}>
      <ul className={styles.roads}>
        {(['relay', 'onion'] as const).map((road) => {
          const status = roads.find((each) => each.road === road);
          const latency = status?.latency_ms;
          const problem = `problem.${status?.problem_code}`;
          return (
            <li key={road} className={styles.road}>
              <span className={styles.name}>
                <RoadMark road={road} />
              </span>
              <ReachWords reach={reachOf(roads, road)} />
              {latency !== undefined && (
                <span className={styles.latency}>{t('roads.latency', { ms: Math.round(latency) })}</span>
              )}
              {i18next.exists(problem, { ns: 'network' }) && (
                <p className={styles.problem}>{t(problem as 'problem.no-path')}</p>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
