import { html } from 'lit';
import type { OwnButton } from '../../shared/customisation.ts';
import { fullMessages } from '../../shared/full-messages-controller.ts';
import type { CoreMessages } from '../../messages/core.ts';
import { withEffects, type AllMessages, type Labels } from '../../messages/en-effects.ts';
import { withLabels } from '../../messages/with-labels.ts';
import type { Icon } from '../../shared/icons.ts';

/* What pages with own icons need. A lazy chunk: other pages do not load it. */

const SVG = 'http://www.w3.org/2000/svg';
const SHAPES = new Set(['path', 'circle', 'ellipse', 'rect', 'line', 'polyline', 'polygon', 'g']);
const ATTRIBUTES = new Set([
  ...['d', 'points', 'cx', 'cy', 'r', 'rx', 'ry', 'x', 'y', 'x1', 'y1', 'x2', 'y2'],
  ...['width', 'height', 'transform', 'opacity', 'fill', 'fill-rule', 'fill-opacity', 'clip-rule'],
  ...['stroke', 'stroke-width', 'stroke-linecap', 'stroke-linejoin', 'stroke-opacity'],
]);
const TAG = /<(\/?)([a-z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*?)(\/?)>/gi;
const ATTRIBUTE = /([a-z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
/** Numbers, path commands, colours and transformations; never a reference. */
const VALUE = /^(?!.*url)[\w\s.,()#%+-]*$/i;

/**
 * The shapes of an SVG text as an element of its own. Everything but shapes and their geometry and paint is left out:
 * the text never reaches a parser of HTML, so that no Trusted Types policy is needed.
 */
export function shapesOf(text: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const open: Element[] = [svg];
  /** The depth inside an element that is left out with its contents. */
  let skipped = 0;
  for (const [, end, name = '', attributes = '', empty] of text.matchAll(TAG)) {
    if (end) {
      if (skipped > 0) skipped -= 1;
      else if (open.length > 1) open.pop();
    } else if (skipped > 0 || (!SHAPES.has(name) && name !== 'svg')) {
      if (!empty) skipped += 1;
    } else if (name === 'svg') copyViewBox(attributes, svg);
    else {
      const shape = shapeOf(name, attributes);
      open.at(-1)?.append(shape);
      if (!empty) open.push(shape);
    }
  }
  return svg;
}

function shapeOf(name: string, attributes: string): Element {
  const shape = document.createElementNS(SVG, name);
  for (const [attribute, value] of attributesOf(attributes)) {
    if (ATTRIBUTES.has(attribute)) shape.setAttribute(attribute, value);
  }
  return shape;
}

function attributesOf(text: string): [string, string][] {
  return [...text.matchAll(ATTRIBUTE)].flatMap(([, name = '', double, single]) => {
    const value = double ?? single ?? '';
    return VALUE.test(value) ? [[name, value] as [string, string]] : [];
  });
}

function copyViewBox(text: string, svg: SVGSVGElement): void {
  const box = attributesOf(text).find(([name]) => name === 'viewBox')?.[1];
  if (box) svg.setAttribute('viewBox', box);
}

/** The page's icons by name, those of its buttons included. Each call returns an element of its own. */
export function ownIcons(
  icons: Readonly<Record<string, string>>,
  buttons: readonly OwnButton[],
): (name: string) => Icon | undefined {
  const texts = new Map(Object.entries(icons));
  for (const { id, icon } of buttons) if (icon) texts.set(id, icon);
  const shapes = new Map([...texts].map(([name, text]) => [name, shapesOf(String(text))]));
  return (name) => {
    const shape = shapes.get(name);
    return shape && html`${shape.cloneNode(true)}`;
  };
}

/** The messages with the page's words. */
export function messagesWith(messages: CoreMessages, labels: Labels): AllMessages {
  return withLabels(withEffects(fullMessages(messages)), labels);
}
