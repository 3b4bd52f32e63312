import type { NetworkViewValue } from '@sotto/local-api';
import { Laptop, Server, ShieldHalf, User } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { reachOf } from './judge-roads.ts';
import { Step, Steps } from './steps.tsx';

interface Props {
  readonly relay: NonNullable<NetworkViewValue['relay']>;
  readonly roads: NetworkViewValue['roads'];
}

/** From this device over the relay to theirs; what lies between where the relay is not asked directly is a path of its own. */
export function RelayWay({ relay, roads }: Props) {
  const { t } = useTranslation('network');
  const latency = roads.find(({ road }) => road === 'relay')?.latency_ms;
  const reach = reachOf(roads, 'relay');
  const afar = useApp(({ settings }) => settings.relay_access === 'onion');
  const note =
    reach !== 'well'
      ? t(`state.${reach}`)
      : latency === undefined || afar
        ? t('path.unmeasured')
        : t('path.latency', { ms: Math.round(latency) });
  return (
    <Steps title={t('path.relay')} note={note}>
      <Step icon={Laptop} name={t('path.you')} end>
        {t('path.youAre')}
      </Step>
      {afar && (
        <Step icon={ShieldHalf} name={t('path.server')}>
          {t('path.hops')}
        </Step>
      )}
      <Step icon={Server} name={t('path.relay')}>
        <bdi dir="ltr">{relay.host}</bdi>
      </Step>
      <Step icon={User} name={t('path.recipient')} end>
        {t('path.recipientIs')}
      </Step>
    </Steps>
  );
}
