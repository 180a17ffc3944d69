export type Language = 'fr' | 'en';
/** One sentence in both languages. */
export type Texts = Readonly<Record<Language, string>>;
export const said = (fr: string, en: string): Texts => ({ fr, en });
