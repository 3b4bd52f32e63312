import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The style sheet as [selector, variables] in its order; comments taken out. */
const rules = [
  ...readFileSync(new URL('tokens.css', import.meta.url), 'utf8')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .matchAll(/([^{}]+)\{([^{}]*)\}/g),
].map(([, selectors = '', body = '']) => ({
  selectors: selectors.split(',').map((each) => each.trim()),
  variables: [...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)],
}));

const THEMES = ['light', 'dark'] as const;
const ACCENTS = [
  'teal',
  ...new Set(
    rules.flatMap(({ selectors }) =>
      selectors.flatMap((each) => /^:root\[data-accent="(\w+)"\]$/.exec(each)?.[1] ?? []),
    ),
  ),
];

/** What the variables are with this on the root element; later and more exact rules win, as in the sheet. */
function tokensOf(theme: string, accent: string): ReadonlyMap<string, string> {
  const order = [
    ':root',
    `:root[data-theme="${theme}"]`,
    `:root[data-accent="${accent}"]`,
    `:root[data-theme="${theme}"][data-accent="${accent}"]`,
  ];
  const tokens = new Map<string, string>();
  for (const selector of order) {
    for (const { selectors, variables } of rules) {
      if (!selectors.includes(selector)) continue;
      for (const [, name = '', value = ''] of variables) tokens.set(name, value.trim());
    }
  }
  return tokens;
}

/** Relative luminance of `#rrggbb`: WCAG 2.2. */
function luminance(colour: string): number {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (digits === undefined) throw new Error(`${colour} is not a colour in six digits`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** What stands on what, and how well it has to be told from it. */
const TEXT = 4.5;
const SHAPE = 3;
const PAIRS: readonly (readonly [string, string, number])[] = [
  ...['--bg', '--surface', '--surface-2'].flatMap((ground) => [
    ['--text', ground, TEXT] as const,
    ['--text-soft', ground, TEXT] as const,
    // The ring around what has the focus.
    ['--accent', ground, SHAPE] as const,
  ]),
  ['--text', '--surface-3', TEXT],
  ['--text', '--accent-soft', TEXT],
  ['--text-soft', '--accent-soft', TEXT],
  ['--accent', '--surface', TEXT],
  ['--accent', '--bg', TEXT],
  ['--on-accent', '--accent', TEXT],
  ['--danger', '--surface', TEXT],
  ['--danger', '--danger-soft', TEXT],
  ['--on-danger', '--danger', TEXT],
  ['--warning', '--surface', TEXT],
  ['--warning', '--warning-soft', TEXT],
  ['--good', '--surface', TEXT],
  ['--good', '--bg', TEXT],
  ['--line-strong', '--surface', SHAPE],
  ['--line-strong', '--bg', SHAPE],
];

it('reads the style sheet', () => {
  expect(ACCENTS).toEqual(['teal', 'blue', 'violet', 'rose', 'amber', 'graphite']);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
});

describe.each(THEMES.flatMap((theme) => ACCENTS.map((accent) => [theme, accent] as const)))(
  '%s with %s',
  (theme, accent) => {
    const tokens = tokensOf(theme, accent);

    it.each(PAIRS)('shows %s on %s at %d:1 or better', (front, ground, least) => {
      expect(contrast(tokens.get(front) ?? '', tokens.get(ground) ?? '')).toBeGreaterThanOrEqual(least);
    });

    it('shows the accent in its swatch as it is', () => {
      const swatch = rules
        .filter(({ selectors }) =>
          selectors.includes(
            theme === 'light'
              ? `[data-swatch="${accent}"]`
              : `:root[data-theme="dark"] [data-swatch="${accent}"]`,
          ),
        )
        .flatMap(({ variables }) => variables)
        .find(([, name]) => name === '--accent');
      expect(swatch?.[2]).toBe(tokens.get('--accent'));
    });
  },
);
