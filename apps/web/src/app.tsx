import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { DoorScreen } from './door/door-screen.tsx';
import { FirstRun } from './first-run/first-run.tsx';
import { changeLanguage } from './i18n/init.ts';
import { languageOf } from './i18n/languages.ts';
import { Unlock } from './lock/unlock.tsx';
import { useTitle } from './notify/use-title.ts';
import { Shell } from './shell/shell.tsx';
import { useApp } from './state/app-store.ts';
import { useConnection } from './state/connection.ts';
import { applyTheme, onSystemTheme } from './theme/apply-theme.ts';
import { Toasts } from './ui/toast.tsx';

/** The page: whatever the program behind it is ready for. */
export function App() {
  const settings = useApp((app) => app.settings);
  useEffect(() => {
    applyTheme(settings);
    void changeLanguage(languageOf(settings.language));
  }, [settings]);
  useEffect(() => onSystemTheme(() => applyTheme(useApp.getState().settings)), []);
  return (
    <I18nProvider locale={languageOf(settings.language)}>
      <Stage />
      <Toasts />
    </I18nProvider>
  );
}

function Stage() {
  const phase = useConnection((connection) => connection.phase);
  const state = useApp((app) => app.state);
  const account = useApp((app) => app.account);
  useTitle();
  if (state === undefined || phase === 'refused') return <DoorScreen phase={phase} />;
  if (state.stage === 'locked') return <Unlock state={state} />;
  if (state.stage === 'none' || state.stage === 'incomplete') return <FirstRun state={state} />;
  return account === undefined ? <DoorScreen phase={phase} /> : <Shell />;
}
