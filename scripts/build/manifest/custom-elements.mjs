/** The entry of the package that exports the class, and the one that defines the element. */
const MODULES = {
  TuiCall: { exporting: 'dist/index.js', defining: 'dist/tui-call.js' },
  TuiCallRecents: { exporting: 'dist/tui-call-recents.js', defining: 'dist/tui-call-recents.js' },
};

const typed = (text) => ({ type: { text } });

/**
 * The custom elements manifest, schema 2.1.0.
 *
 * @param {import('./read-elements.mjs').ElementModel[]} elements
 */
export function customElementsManifest(elements) {
  const modules = new Map();
  const moduleAt = (path) => {
    if (!modules.has(path)) {
      modules.set(path, { kind: 'javascript-module', path, declarations: [], exports: [] });
    }
    return modules.get(path);
  };
  for (const element of elements) {
    const { exporting, defining } = MODULES[element.className];
    const declaration = { name: element.className, module: exporting };
    moduleAt(exporting).declarations.push(declarationOf(element));
    moduleAt(exporting).exports.push({ kind: 'js', name: element.className, declaration });
    moduleAt(defining).exports.push({
      kind: 'custom-element-definition',
      name: element.tag,
      declaration,
    });
  }
  return { schemaVersion: '2.1.0', readme: 'README.md', modules: [...modules.values()] };
}

function declarationOf(element) {
  const { className, tag, description, attributes, properties, methods, events } = element;
  return {
    kind: 'class',
    customElement: true,
    name: className,
    tagName: tag,
    description,
    superclass: { name: 'HTMLElement' },
    attributes: attributes.map(({ name, property, type, description: text, default: value }) => ({
      name,
      description: text,
      ...typed(type),
      ...(value !== undefined && { default: value }),
      ...(property !== undefined && { fieldName: property }),
    })),
    members: [
      ...properties.map(({ name, type, description: text, default: value, ...more }) => ({
        kind: 'field',
        name,
        description: text,
        ...typed(type),
        ...(value !== undefined && { default: value }),
        ...(more.attribute !== undefined && { attribute: more.attribute }),
        ...(more.reflects && { reflects: true }),
        ...(more.readonly && { readonly: true }),
      })),
      ...methods.map(({ name, description: text, parameters, returns }) => ({
        kind: 'method',
        name,
        description: text,
        parameters: parameters.map(({ name: parameter, type, optional }) => ({
          name: parameter,
          ...typed(type),
          ...(optional && { optional }),
        })),
        return: typed(returns),
      })),
    ],
    events: events.map(({ name, description: text, type }) => ({
      name,
      description: text,
      ...typed(type),
    })),
    slots: element.slots,
    cssParts: element.parts,
    cssProperties: element.cssProperties,
  };
}
