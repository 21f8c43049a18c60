/**
 * Data with which editors complete and explain the elements in HTML and CSS.
 *
 * @typedef {import('./read-elements.mjs').ElementModel} ElementModel
 */

const markdown = (value) => ({ kind: 'markdown', value });
const nameAndText = ({ name, description }) => ({ name, description: markdown(description) });

/** For the setting `html.customData` of VS Code. @param {ElementModel[]} elements */
export function vsCodeHtmlData(elements) {
  return {
    version: 1.1,
    tags: elements.map(({ tag, description, attributes }) => ({
      name: tag,
      description: markdown(description),
      attributes: attributes.map((attribute) => ({
        ...nameAndText(attribute),
        ...(attribute.isBoolean && { valueSet: 'v' }),
        ...(attribute.values?.length > 0 && {
          values: attribute.values.map((name) => ({ name })),
        }),
      })),
    })),
  };
}

/** For the setting `css.customData` of VS Code. @param {ElementModel[]} elements */
export function vsCodeCssData(elements) {
  return {
    version: 1.1,
    properties: elements.flatMap(({ cssProperties }) => cssProperties.map(nameAndText)),
  };
}

/** JetBrains IDEs read it from the field `web-types` of package.json. @param {ElementModel[]} elements */
export function webTypes(elements, { version }) {
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name: 'tui-call',
    version,
    'description-markup': 'markdown',
    contributions: { html: { elements: elements.map(webTypesElement) } },
  };
}

function webTypesElement(element) {
  const { tag, description, attributes, properties, events, slots, parts, cssProperties } = element;
  return {
    name: tag,
    description,
    attributes: attributes.map((attribute) => ({
      name: attribute.name,
      description: attribute.description,
      ...(attribute.default !== undefined && { default: attribute.default }),
      value: attribute.isBoolean ? { kind: 'no-value' } : { type: attribute.type },
    })),
    js: {
      properties: properties.map(({ name, description: text, type, readonly }) => ({
        name,
        description: text,
        type,
        ...(readonly && { 'read-only': true }),
      })),
      events: events.map(({ name, description: text }) => ({ name, description: text })),
    },
    slots,
    css: {
      parts,
      properties: cssProperties.map(({ name, description: text, default: value }) => ({
        name,
        description: text,
        ...(value !== undefined && { default: value }),
      })),
    },
  };
}
