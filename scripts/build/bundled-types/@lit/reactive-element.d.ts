/**
 * What of Lit's base shows in our declarations. Lit itself is inside the bundle: a program that uses the
 * element needs neither the package nor its types.
 */
export declare abstract class ReactiveElement extends HTMLElement {
  static get observedAttributes(): string[];
  /** Resolves when what is shown is up to date. */
  readonly updateComplete: Promise<boolean>;
  connectedCallback(): void;
  disconnectedCallback(): void;
  attributeChangedCallback(name: string, old: string | null, value: string | null): void;
  requestUpdate(name?: PropertyKey, oldValue?: unknown): void;
  protected getUpdateComplete(): Promise<boolean>;
  protected createRenderRoot(): HTMLElement | DocumentFragment;
  protected willUpdate(changed: PropertyValues): void;
  protected update(changed: PropertyValues): void;
  protected firstUpdated(changed: PropertyValues): void;
  protected updated(changed: PropertyValues): void;
}

export type PropertyValues<T = unknown> = T extends object
  ? Map<keyof T, unknown>
  : Map<PropertyKey, unknown>;

export interface CSSResult {
  readonly cssText: string;
}
