import type { en } from './en/index.ts';

/** The texts of another language: the same areas and keys; plural forms may be more or fewer. */
type Texts<Of> = {
  readonly [Key in keyof Of as Key extends `${string}_${Plural}` ? never : Key]: Of[Key] extends string
    ? string
    : Texts<Of[Key]>;
} & { readonly [Key in `${string}_${Plural}`]?: string };

type Plural = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

export type Catalogue = { readonly [Area in keyof typeof en]: Texts<(typeof en)[Area]> };
