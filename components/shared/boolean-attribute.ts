/**
 * Property options of a boolean attribute. Vue, Svelte, Angular and Preact write `attribute="false"` for false, so
 * that value is false, too; every other value, also the empty one, is true.
 */
export const booleanAttribute = {
  type: Boolean,
  converter: {
    fromAttribute: (value: string | null): boolean => value !== null && value !== 'false',
    toAttribute: (value: unknown): string | null => (value ? '' : null),
  },
} as const;
