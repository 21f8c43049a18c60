import { coreMessages, type CoreMessages } from './core.ts';
import type { Messages } from './en.ts';

/** English is always there; the others are fetched when the page speaks them. */
const LANGUAGES: Readonly<Record<string, () => Promise<Messages>>> = {
  de: async () => (await import('./de.ts')).de,
  zh: async () => (await import('./zh.ts')).zh,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  ar: async () => (await import('./ar.ts')).ar,
};

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

/** The words of a language tag (`de-AT` → German); English where there are none, or they do not load. */
export async function loadMessages(lang: string): Promise<CoreMessages> {
  const load = loaderOf(lang);
  return load ? load().catch(() => coreMessages) : coreMessages;
}

function loaderOf(lang: string): (() => Promise<Messages>) | undefined {
  const language = lang.toLowerCase().split('-')[0] ?? '';
  // A page's text: `constructor` is no language.
  return Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
}

/** Right to left for words that are; otherwise as the page has it. */
export const directionOf = (lang: string): 'rtl' | undefined =>
  loaderOf(lang) && RIGHT_TO_LEFT.test(lang) ? 'rtl' : undefined;
