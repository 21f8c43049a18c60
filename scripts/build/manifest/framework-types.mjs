/**
 * Declarations that make `<tui-call>` and `<tui-call-recents>` known to the templates of a framework: attributes,
 * properties, and events with the type of their `detail`. An import of types alone, without a program.
 *
 * @typedef {import('./read-elements.mjs').ElementModel} ElementModel
 */

const HEADER = '/* Generated from the doc comments of the elements. */';
const IMPORTS = [
  "import type { TuiCall, TuiCallEventMap } from '../index.js';",
  "import type { TuiCallRecents, TuiCallRecentsEventMap } from '../tui-call-recents.js';",
];

/** File name → content. @param {ElementModel[]} elements */
export function frameworkTypes(elements) {
  return {
    'react.d.ts': react(elements),
    'vue.d.ts': vue(elements),
    'svelte.d.ts': svelte(elements),
    'solid.d.ts': solid(elements),
    'angular.d.ts': angular(elements),
  };
}

/** React 19 sets a property where the element has one, and listens at `on` and the name of the event. */
function react(elements) {
  return file(
    ["import type { DetailedHTMLProps, HTMLAttributes } from 'react';"],
    [
      ...elements.map((element) =>
        valuesInterface(element, { properties: true, attributes: true }),
      ),
      ...elements.map((element) => listenersInterface(element, (name) => `on${name}`)),
      declaration("'react'", [
        'namespace JSX {',
        '  interface IntrinsicElements {',
        ...elements.map(
          ({ tag, className }) =>
            `    '${tag}': Omit<DetailedHTMLProps<HTMLAttributes<${className}>, ${className}>, keyof ${className}Values> & ${className}Values & ${className}Listeners;`,
        ),
        '  }',
        '}',
      ]),
    ],
  );
}

/** A template checker takes values and listeners (`onCallReceived`) from `$props`, as those of a component. */
function vue(elements) {
  const handler = (name) => `on-${name}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return file(
    ["import type { HTMLAttributes, PublicProps } from 'vue';"],
    [
      ...elements.map((element) =>
        valuesInterface(element, { properties: true, attributes: true }),
      ),
      ...elements.map((element) => listenersInterface(element, handler)),
      declaration("'vue'", [
        'interface GlobalComponents {',
        ...elements.map(
          ({ tag, className }) =>
            `  '${tag}': new () => ${className} & { $props: HTMLAttributes & ${className}Values & ${className}Listeners & PublicProps };`,
        ),
        '}',
        '/** Global attribute that Vue 3.5 does not declare: findings/vue-strict-templates-refuse-slot.sh. */',
        'interface HTMLAttributes {',
        '  slot?: string | undefined;',
        '}',
      ]),
    ],
  );
}

/** Svelte 5 sets a property where the element has one, and listens at `on` and the name of the event. */
function svelte(elements) {
  return file(
    ["import type { HTMLAttributes } from 'svelte/elements';"],
    [
      ...elements.map((element) =>
        valuesInterface(element, { properties: true, attributes: true }),
      ),
      ...elements.map((element) => listenersInterface(element, (name) => `on${name}`)),
      declaration("'svelte/elements'", [
        'interface SvelteHTMLElements {',
        ...elements.map(
          ({ tag, className }) =>
            `  '${tag}': Omit<HTMLAttributes<${className}>, keyof ${className}Values> & ${className}Values & ${className}Listeners;`,
        ),
        '}',
      ]),
    ],
  );
}

/** Solid lower-cases names without a prefix: properties without an attribute take `prop:`, events take `on:`. */
function solid(elements) {
  return file(
    ["import type {} from 'solid-js';"],
    [
      ...elements.map((element) => valuesInterface(element, { attributes: true, prefix: 'prop:' })),
      ...elements.map((element) => listenersInterface(element, (name) => `on:${name}`)),
      declaration("'solid-js'", [
        'namespace JSX {',
        '  interface IntrinsicElements {',
        ...elements.map(
          ({ tag, className }) =>
            `    '${tag}': Omit<HTMLAttributes<${className}>, keyof ${className}Values> & ${className}Values & ${className}Listeners;`,
        ),
        '  }',
        '}',
      ]),
    ],
  );
}

/**
 * Angular's compiler takes the type of `$event` from the maps of the DOM, which the imported declarations extend; it
 * does not check attributes of an element under `CUSTOM_ELEMENTS_SCHEMA`.
 */
function angular(elements) {
  const names = elements.flatMap(({ className, eventMap }) => [className, eventMap]);
  return [HEADER, ...IMPORTS, `export type { ${names.join(', ')} };`, ''].join('\n');
}

function file(imports, parts) {
  return `${[HEADER, ...imports, ...IMPORTS, '', ...parts].join('\n')}\n`;
}

const declaration = (module, lines) =>
  [`declare module ${module} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n');

/** What a template can set, by attribute name, by property name or both. Frameworks pass null for "not set". */
function valuesInterface(
  { className, attributes, properties },
  { properties: withProperties, attributes: withAttributes, prefix },
) {
  const lines = [];
  if (withAttributes) {
    for (const attribute of attributes.filter(({ property }) => property !== undefined)) {
      lines.push(
        ...member(attribute.name, attributeType(className, attribute), attribute.description),
      );
    }
  }
  for (const property of properties.filter(({ readonly }) => !readonly)) {
    const name = prefix ? `${prefix}${property.name}` : property.name;
    const isThere = lines.some((line) => line.startsWith(`  '${name}'?`));
    if (!isThere && (withProperties || prefix)) {
      lines.push(
        ...member(
          name,
          `${className}['${property.name}'] | null | undefined`,
          property.description,
        ),
      );
    }
  }
  return [`export interface ${className}Values {`, ...lines, '}'].join('\n');
}

function attributeType(className, { property, isBoolean, isNumber }) {
  const own = `${className}['${property}']`;
  const text = isBoolean ? " | '' | 'true' | 'false'" : isNumber ? ' | string' : '';
  return `${own}${text} | null | undefined`;
}

function listenersInterface({ className, events, eventMap }, nameOf) {
  const lines = events.flatMap(({ name, description }) =>
    member(
      nameOf(name),
      `((event: ${eventMap}['${name}']) => void) | null | undefined`,
      description,
    ),
  );
  return [`export interface ${className}Listeners {`, ...lines, '}'].join('\n');
}

const member = (name, type, description) => [
  `  /** ${description.replaceAll('*/', '*\\/').replace(/\n+/g, ' ')} */`,
  `  '${name}'?: ${type};`,
];
