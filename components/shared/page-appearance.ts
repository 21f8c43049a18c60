/** What the page does not set, so that the element uses the system's theme or font. */
export interface PageAppearance {
  /** The page sets no colour scheme: the element follows the system. */
  readonly systemTheme: boolean;
  /** The page sets no font: the element uses the system font instead of the browser's serif default. */
  readonly systemFont: boolean;
}

export function readPageAppearance(element: Element): PageAppearance {
  const { colorScheme, fontFamily } = getComputedStyle(element);
  return {
    systemTheme: colorScheme === 'normal' || colorScheme === '',
    systemFont: /^["']?(times( new roman)?|serif)["']?$/i.test(fontFamily),
  };
}
