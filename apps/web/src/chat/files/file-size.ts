const UNITS = ['byte', 'kilobyte', 'megabyte'] as const;

/** Bytes as a language says them, in thousands as systems count files: `5.2 MB`. */
export function fileSize(bytes: number, language: string): string {
  const unit = bytes < 1_000 ? 0 : bytes < 999_500 ? 1 : 2;
  const value = bytes / 1_000 ** unit;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[unit] as string,
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
