import { useEffect, useState } from 'react';

/** What has lasted: a new value counts after `milliseconds` without another; undefined at once. */
export function useLasting<Value>(value: Value | undefined, milliseconds: number): Value | undefined {
  const [lasting, setLasting] = useState<Value>();
  useEffect(() => {
    const timer = setTimeout(() => setLasting(value), value === undefined ? 0 : milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return value === undefined ? undefined : lasting;
}
