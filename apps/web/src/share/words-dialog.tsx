import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { fairRandom, pickTwo } from './words/pick-two.ts';
import { WordsQuiz } from './words/words-quiz.tsx';
import { WordsStep } from './words/words-step.tsx';

/** Shows the words, then asks for two of them, then has this device forget them. */
export function WordsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('share');
  const [asked, setAsked] = useState<readonly [number, number]>();
  return (
    <Dialog title={t(asked === undefined ? 'words.title' : 'words.quizTitle')} onClose={onClose}>
      {asked === undefined ? (
        <WordsStep onWritten={(count) => setAsked(pickTwo(count, fairRandom))} />
      ) : (
        <WordsQuiz asked={asked} onBack={() => setAsked(undefined)} onDone={onClose} />
      )}
    </Dialog>
  );
}
