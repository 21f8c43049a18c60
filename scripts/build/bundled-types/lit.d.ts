/** As @lit/reactive-element.d.ts: what of Lit shows in our declarations. */
import type { CSSResult, PropertyValues, ReactiveElement } from './@lit/reactive-element.js';

export type { CSSResult, PropertyValues };

export declare abstract class LitElement extends ReactiveElement {
  protected render(): unknown;
}

export interface TemplateResult {
  readonly strings: TemplateStringsArray;
  readonly values: unknown[];
}
