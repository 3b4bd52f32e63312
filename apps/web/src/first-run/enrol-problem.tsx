import i18next from 'i18next';
import { CircleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../settings/notice.tsx';

interface Props {
  readonly code: string;
  readonly words: string;
}

/** Why the account could not be made, and what to do. */
export function EnrolProblem({ code, words }: Props) {
  const { t } = useTranslation('firstRun');
  const key = `advice.${code}`;
  return (
    <div role="alert">
      <Notice icon={CircleAlert} tone="danger">
        <p>{words}</p>
        {i18next.exists(`firstRun:${key}`) && <p>{t(key as 'advice.unreachable')}</p>}
      </Notice>
    </div>
  );
}
