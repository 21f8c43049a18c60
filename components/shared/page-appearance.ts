/** What the page leaves to the browser, so that the element has to choose for itself. */
export interface PageAppearance {
  /** The page says nothing of light or dark: the system's choice holds. */
  readonly systemTheme: boolean;
  /** The page sets no font: the browser's book face would look like a mistake. */
  readonly systemFont: boolean;
}

export function readPageAppearance(element: Element): PageAppearance {
  const { colorScheme, fontFamily } = getComputedStyle(element);
  return {
    systemTheme: colorScheme === 'normal' || colorScheme === '',
    systemFont: /^["']?(times( new roman)?|serif)["']?$/i.test(fontFamily),
  };
}
