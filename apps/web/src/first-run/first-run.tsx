import type { AppStateValue } from '@sotto/local-api';
import { useState } from 'react';
import { CreateForm } from './create-form.tsx';
import type { Joining } from './joining.ts';
import { NetworkStep } from './network/network-step.tsx';
import { RestoreForm } from './restore-form.tsx';
import { Step } from './step.tsx';
import { Welcome } from './welcome.tsx';

type Way = 'create' | 'restore';
type Screen = 'welcome' | 'network' | Way;

/** From nothing to an account: a name, or words, and where there is none yet, a network. */
export function FirstRun({ state }: { readonly state: AppStateValue }) {
  const [screen, setScreen] = useState<Screen>('welcome');
  const [joining, setJoining] = useState<Joining | undefined>(() =>
    state.network === null ? undefined : { summary: state.network, onionOnly: false },
  );
  /** Where the choice of a network leads on to. */
  const [next, setNext] = useState<Screen>('welcome');
  const choose = (after: Screen) => {
    setNext(after);
    setScreen('network');
  };
  const start = (way: Way) => (joining === undefined ? choose(way) : setScreen(way));
  const back = () => setScreen('welcome');
  if (screen === 'network') {
    return (
      <Step onBack={back}>
        <NetworkStep
          started={state.network}
          joining={joining}
          onChosen={(chosen) => {
            setJoining(chosen);
            setScreen(next);
          }}
        />
      </Step>
    );
  }
  if (screen === 'welcome' || joining === undefined) {
    return (
      <Step>
        <Welcome
          incomplete={state.stage === 'incomplete'}
          joining={joining}
          onStart={start}
          onNetwork={() => choose('welcome')}
        />
      </Step>
    );
  }
  const Form = screen === 'create' ? CreateForm : RestoreForm;
  return <Form joining={joining} onBack={back} onJoining={setJoining} onNetwork={() => choose(screen)} />;
}
