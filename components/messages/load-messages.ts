import { coreMessages, type CoreMessages } from './core.ts';
import type { Messages } from './en.ts';

/** English is part of the bundle; another language loads when the page uses it. */
const LANGUAGES: Readonly<Record<string, () => Promise<Messages>>> = {
  de: async () => (await import('./de.ts')).de,
  zh: async () => (await import('./zh.ts')).zh,
  es: async () => (await import('./es.ts')).es,
  fr: async () => (await import('./fr.ts')).fr,
  ar: async () => (await import('./ar.ts')).ar,
  ja: async () => (await import('./ja.ts')).ja,
  ko: async () => (await import('./ko.ts')).ko,
  pt: async () => (await import('./pt.ts')).pt,
  ru: async () => (await import('./ru.ts')).ru,
  hi: async () => (await import('./hi.ts')).hi,
};

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

/** Messages for a language tag (`de-AT` → German); English if there are none or they do not load. */
export async function loadMessages(lang: string): Promise<CoreMessages> {
  const load = loaderOf(lang);
  return load ? load().catch(() => coreMessages) : coreMessages;
}

function loaderOf(lang: string): (() => Promise<Messages>) | undefined {
  const language = lang.toLowerCase().split('-')[0] ?? '';
  // The tag is text of the page: `constructor` is not a language.
  return Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
}

/** `rtl` for right-to-left messages; otherwise the direction of the page. */
export const directionOf = (lang: string): 'rtl' | undefined =>
  loaderOf(lang) && RIGHT_TO_LEFT.test(lang) ? 'rtl' : undefined;
