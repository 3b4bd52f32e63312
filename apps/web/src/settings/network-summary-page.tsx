import type { NetworkViewValue, RoadStatusValue } from '@sotto/local-api';
import { LocalApiError } from '@sotto/local-api';
import { Waypoints } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../state/app-store.ts';
import { api } from '../state/connection.ts';
import { go } from '../state/route.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { choose } from './choose.ts';
import { Facts } from './facts.tsx';
import { Buttons, Section } from './section.tsx';

/** In short what the account is connected to; all of it is a screen of its own. */
export function NetworkSummaryPage() {
  const { t } = useTranslation('settings');
  const roads = useApp((app) => app.roads);
  const view = useNetwork();
  return (
    <>
      <Section title={t('pages.network')} text={t('network.text')} quiet>
        <Facts
          facts={[
            ...(view
              ? [
                  { name: t('network.relay'), value: view.relay?.host ?? t('network.noRelay') },
                  {
                    name: t('network.directory'),
                    value: view.directory?.name ?? t('network.noDirectory'),
                  },
                ]
              : []),
            ...roads.map((status) => ({
              name: t('network.state', { road: t(`road.${status.road}`, { ns: 'common' }) }),
              value: t(`network.${stateOf(status)}`),
            })),
          ]}
        />
        <p>{t('network.openText')}</p>
        <Buttons>
          <Button icon={Waypoints} onPress={() => go({ screen: 'network' })}>
            {t('network.open')}
          </Button>
        </Buttons>
      </Section>
      {view?.relay && view.directory && <RelayAccessSection />}
    </>
  );
}

/** What being fast costs stands beside the choice (design §1.4). */
function RelayAccessSection() {
  const { t } = useTranslation('settings');
  const access = useApp(({ settings }) => settings.relay_access);
  return (
    <Section title={t('network.accessTitle')} quiet>
      <Choice
        label={t('network.accessTitle')}
        description={t('network.accessText')}
        value={access}
        onChange={(relay_access) => choose({ relay_access })}
        options={[
          {
            value: 'direct' as const,
            label: t('network.accessDirect'),
            description: t('network.accessDirectText'),
          },
          {
            value: 'onion' as const,
            label: t('network.accessOnion'),
            description: t('network.accessOnionText'),
          },
        ]}
      />
    </Section>
  );
}

function stateOf({ state, healthy }: RoadStatusValue): RoadStatusValue['state'] | 'slow' {
  return state === 'up' && healthy === false ? 'slow' : state;
}

function useNetwork(): NetworkViewValue | undefined {
  const [view, setView] = useState<NetworkViewValue>();
  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      try {
        setView(await api().call('network.show', {}, { signal: ending.signal }));
      } catch (error) {
        // The states of the roads are shown in any case.
        if (!(error instanceof LocalApiError)) throw error;
      }
    };
    void read();
    return () => ending.abort();
  }, []);
  return view;
}
