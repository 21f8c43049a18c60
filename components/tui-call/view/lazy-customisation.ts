import type { CoreMessages } from '../../messages/core.ts';
import type { Labels } from '../../messages/en-effects.ts';
import type { Customisation, OwnButton } from '../../shared/customisation.ts';

interface Sources {
  readonly labels: Labels;
  readonly icons: Readonly<Record<string, string>>;
  readonly buttons: readonly OwnButton[];
}

/** Frameworks write null and undefined for a missing value. */
type Nullable<T> = { readonly [Key in keyof T]: T[Key] | null };

const NOTHING = {};
const NO_BUTTONS: readonly OwnButton[] = [];

type Code = typeof import('./page-customisation.ts');

/** The page's own words and icons. Their code loads for pages that have some; until then the built-in ones are shown. */
export class LazyCustomisation {
  readonly #changed: () => void;
  #code: Code | null = null;
  #loading: Promise<void> | null = null;
  #sources: Sources = { labels: NOTHING, icons: NOTHING, buttons: NO_BUTTONS };
  #icons: Customisation['icons'] = null;
  /** The newest result of `messages()`, and what it was made of. */
  #merged: {
    readonly from: CoreMessages;
    readonly labels: Labels;
    readonly to: CoreMessages;
  } | null = null;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The page's icons; null if it has none. */
  get icons(): Customisation['icons'] {
    return this.#icons;
  }

  /** Reads the page's words and icons. Settles when their code has loaded, or cannot be loaded for now. */
  async load(wanted: Partial<Nullable<Sources>>): Promise<void> {
    const before = this.#sources;
    const labels = wanted.labels ?? NOTHING;
    const icons = wanted.icons ?? NOTHING;
    const buttons = wanted.buttons ?? NO_BUTTONS;
    this.#sources = { labels, icons, buttons };
    if (isEmpty(labels) && isEmpty(icons) && buttons.length === 0) {
      this.#icons = null;
      return;
    }
    const isNew = icons !== before.icons || buttons !== before.buttons || !this.#icons;
    if (this.#code) {
      if (isNew) this.#icons = this.#code.ownIcons(icons, buttons);
      return;
    }
    this.#loading ??= import('./page-customisation.ts').then(
      (code) => {
        this.#code = code;
        this.#icons = code.ownIcons(this.#sources.icons, this.#sources.buttons);
        this.#changed();
      },
      // The next update tries again.
      () => void (this.#loading = null),
    );
    await this.#loading;
  }

  /** The messages with the page's words. */
  messages(from: CoreMessages): CoreMessages {
    const { labels } = this.#sources;
    if (!this.#code || isEmpty(labels)) return from;
    if (this.#merged?.from !== from || this.#merged.labels !== labels)
      this.#merged = { from, labels, to: this.#code.messagesWith(from, labels) };
    return this.#merged.to;
  }
}

const isEmpty = (record: object): boolean => Object.keys(record).length === 0;
