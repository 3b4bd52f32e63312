import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeSettings, useApp } from '../state/app-store.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';
import { FromSession } from './from-session.tsx';
import { WordsDialog } from './words-dialog.tsx';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Asks to save the words, as long as this device holds them and unless it was put off. */
export function WordsBanner() {
  const { t } = useTranslation('share');
  const held = useApp(({ account }) => account?.holds_phrase === true);
  const after = useApp(({ settings }) => settings.words_reminder_after);
  const [shows, setShows] = useState(false);
  const later = () => {
    changeSettings({ words_reminder_after: Date.now() + DAY_MS }).catch((error: unknown) =>
      say(describeError(error)),
    );
  };
  return (
    <>
      {held && after < Date.now() && (
        <section aria-label={t('words.title')}>
          <Banner
            icon={KeyRound}
            actions={
              <>
                <Button look="quiet" onPress={later}>
                  {t('words.later')}
                </Button>
                <Button onPress={() => setShows(true)}>{t('words.save')}</Button>
              </>
            }
          >
            {t('words.banner')}
          </Banner>
        </section>
      )}
      {shows && <WordsDialog onClose={() => setShows(false)} />}
      <FromSession />
    </>
  );
}
