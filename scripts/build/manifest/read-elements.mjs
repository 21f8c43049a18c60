import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * Reads the public elements from their sources with the TypeScript compiler. It resolves what a reader of the syntax
 * alone does not see: methods that the element inherits from the engine's type, and events that are derived from the
 * observer callbacks.
 *
 * @typedef {object} Described
 * @property {string} name
 * @property {string} description Markdown, from the doc comment.
 *
 * @typedef {Described & { type: string, default?: string, reflects?: boolean, readonly?: boolean, attribute?: string,
 *   property?: string, isBoolean?: boolean, isNumber?: boolean, values?: string[] }} Value An attribute or property.
 *
 * @typedef {object} ElementModel
 * @property {string} tag
 * @property {string} className
 * @property {string} eventMap The name of the interface that maps event names to events.
 * @property {string} description
 * @property {Value[]} attributes
 * @property {Value[]} properties
 * @property {(Described & { parameters: { name: string, type: string, optional: boolean }[],
 *   returns: string })[]} methods
 * @property {(Described & { type: string })[]} events
 * @property {Described[]} slots
 * @property {Described[]} parts
 * @property {(Described & { default?: string })[]} cssProperties
 */

/** The elements that a page writes itself. */
const ELEMENTS = [
  ['components/tui-call/tui-call.ts', 'TuiCall'],
  ['components/tui-call-recents/tui-call-recents.ts', 'TuiCallRecents'],
];

/** The callbacks' own descriptions: `onCallReceived` → `call-received`. */
const CALLBACKS = 'src/engine/api/observer.ts';
const EVENTS = 'components/shared/events.ts';

const FORMAT =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** @returns {ElementModel[]} */
export function readElements(root) {
  const config = join(root, 'components/tui-call/tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(config),
  );
  const files = [...ELEMENTS.map(([file]) => file), CALLBACKS, EVENTS].map((file) =>
    join(root, file),
  );
  const program = ts.createProgram(files, { ...options, noEmit: true, composite: false });
  const checker = program.getTypeChecker();
  const callbacks = callbackDescriptions(program.getSourceFile(join(root, CALLBACKS)), checker);
  return ELEMENTS.map(([file, className]) =>
    readElement({ program, checker, root, file, className, callbacks }),
  );
}

function readElement({ program, checker, root, file, className, callbacks }) {
  const source = program.getSourceFile(join(root, file));
  const declaration = source.statements.find(
    (one) => ts.isClassDeclaration(one) && one.name?.text === className,
  );
  const tags = classTags(declaration);
  const type = checker.getTypeAtLocation(declaration.name);
  const members = checker.getPropertiesOfType(type).filter((symbol) => isOwn(symbol, root));
  const isMethod = (symbol) => checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
  const values = members
    .filter((symbol) => !isMethod(symbol))
    .map((symbol) => readValue(symbol, checker));
  const eventMap = `${className}EventMap`;
  return {
    tag: tags.find(([name]) => name === 'tagname')[1],
    className,
    eventMap,
    description: descriptionOf(checker.getSymbolAtLocation(declaration.name), checker),
    attributes: [
      ...values
        .filter(({ attribute }) => attribute)
        .map((value) => ({ ...value, name: value.attribute, property: value.name })),
      ...named(tags, 'attr').map((one) => ({ ...one, type: 'string' })),
    ],
    properties: values,
    methods: members
      .filter((symbol) => isMethod(symbol))
      .map((symbol) => readMethod(symbol, checker, declaration)),
    events: readEvents({
      program,
      checker,
      root,
      eventMap,
      declared: named(tags, 'fires'),
      callbacks,
    }),
    slots: named(tags, 'slot'),
    parts: named(tags, 'csspart'),
    cssProperties: named(tags, 'cssprop'),
  };
}

/** The block tags of a class: `[tag, text]`, in order. */
function classTags(declaration) {
  return ts
    .getJSDocTags(declaration)
    .map((tag) => [
      tag.tagName.text,
      (ts.getTextOfJSDocComment(tag.comment) ?? '').replace(/\s+/g, ' ').trim(),
    ]);
}

/** `@tag [name=default] - text`, `@tag {type} name - text`. */
function named(tags, wanted) {
  return tags
    .filter(([tag]) => tag === wanted)
    .map(([, text]) => {
      const [, name, value, description] =
        /^(?:\{[^}]*\} )?\[?([\w<>-]+)(?:=([^\]]*)\])? ?-? ?(.*)$/.exec(text) ?? [];
      if (name === undefined) throw new Error(`cannot read @${wanted} ${text}`);
      return { name, description, ...(value !== undefined && { default: value }) };
    });
}

/** Not public, or called by the browser and by Lit. */
const HIDDEN =
  ts.ModifierFlags.Private |
  ts.ModifierFlags.Protected |
  ts.ModifierFlags.Static |
  ts.ModifierFlags.Override;

/** Declared in this repository and meant for the page. */
function isOwn(symbol, root) {
  const [declaration] = symbol.declarations ?? [];
  const file = declaration?.getSourceFile().fileName ?? '';
  if (!file.startsWith(root) || file.includes('node_modules')) return false;
  if (ts.isPrivateIdentifier(declaration.name)) return false;
  const isHidden = (ts.getCombinedModifierFlags(declaration) & HIDDEN) !== 0;
  return !isHidden && !symbol.name.endsWith('Callback');
}

function readValue(symbol, checker) {
  const [declaration] = symbol.declarations;
  const type = checker.getTypeOfSymbol(symbol);
  const options = decoratorOptions(declaration);
  const isReadonly =
    (symbol.flags & ts.SymbolFlags.SetAccessor) === 0 &&
    (symbol.flags & ts.SymbolFlags.GetAccessor) !== 0;
  const parts = checker.getNonNullableType(type);
  return {
    name: symbol.name,
    type: typeText(type, declaration, checker),
    description: descriptionOf(symbol, checker),
    isBoolean: (parts.flags & ts.TypeFlags.BooleanLike) !== 0,
    isNumber: (parts.flags & ts.TypeFlags.NumberLike) !== 0,
    values: literals(parts),
    ...(isReadonly && { readonly: true }),
    ...(declaration.initializer && { default: defaultOf(declaration.initializer, checker) }),
    ...(options &&
      options.attribute !== 'false' && {
        attribute: options.attribute ?? symbol.name.toLowerCase(),
      }),
    ...(options?.reflect === 'true' && { reflects: true }),
  };
}

/** Without `undefined`, which stands for the default, and without the names of aliases that are not exported. */
function typeText(type, declaration, checker) {
  const text = checker.typeToString(checker.getNonNullableType(type), declaration, FORMAT);
  const isNullable = type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Null);
  return isNullable ? `${text} | null` : text;
}

/** The options of `@property(…)` as text; undefined without that decorator. */
function decoratorOptions(declaration) {
  for (const { expression } of ts.getDecorators(declaration) ?? []) {
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'property')
      continue;
    const [options] = expression.arguments;
    if (options === undefined) return {};
    return Object.fromEntries(
      options.properties
        .filter(ts.isPropertyAssignment)
        .map(({ name, initializer }) => [
          name.getText(),
          ts.isStringLiteral(initializer) ? initializer.text : initializer.getText(),
        ]),
    );
  }
  return undefined;
}

/** The text of a default; a named constant is replaced by its value. */
function defaultOf(initializer, checker) {
  if (!ts.isIdentifier(initializer)) return initializer.getText();
  const [declaration] = checker.getSymbolAtLocation(initializer)?.declarations ?? [];
  return declaration?.initializer?.getText() ?? initializer.getText();
}

function literals(type) {
  const all = type.isUnion() ? type.types : [type];
  return all.every((one) => one.isStringLiteral())
    ? all.map(({ value }) => value).filter(Boolean)
    : [];
}

function readMethod(symbol, checker, place) {
  const type = checker.getTypeOfSymbolAtLocation(symbol, place);
  const [signature] = type.getCallSignatures();
  return {
    name: symbol.name,
    description: descriptionOf(symbol, checker),
    parameters: signature.getParameters().map((parameter) => ({
      name: parameter.name,
      type: checker.typeToString(
        checker.getTypeOfSymbolAtLocation(parameter, place),
        place,
        FORMAT,
      ),
      optional: isOptional(parameter),
    })),
    returns: checker.typeToString(signature.getReturnType(), place, FORMAT),
  };
}

function isOptional({ valueDeclaration }) {
  return Boolean(valueDeclaration?.questionToken ?? valueDeclaration?.initializer);
}

function readEvents({ program, checker, root, eventMap, declared, callbacks }) {
  const map = findInterface(program, root, eventMap);
  return checker.getPropertiesOfType(map).map((symbol) => {
    const own = declared.find(({ name }) => name === symbol.name)?.description;
    const text = own ?? callbacks.get(symbol.name);
    if (!text) throw new Error(`event ${symbol.name} has no description: add @fires`);
    const description = sentence(text);
    const detail = checker.getPropertyOfType(checker.getTypeOfSymbol(symbol), 'detail');
    const fields = checker
      .getPropertiesOfType(checker.getTypeOfSymbol(detail))
      .filter(({ flags }) => (flags & ts.SymbolFlags.Optional) === 0)
      .map(({ name }) => `\`${name}\``);
    return {
      name: symbol.name,
      type: `${eventMap}['${symbol.name}']`,
      description:
        symbol.name === 'state-changed'
          ? description
          : `${description} Fields of \`detail\`: ${fields.join(', ')}.`,
    };
  });
}

/** `after each change` → `After each change.` */
const sentence = (text) => text[0].toUpperCase() + text.slice(1).replace(/([^.])$/, '$1.');

function findInterface(program, root, name) {
  const checker = program.getTypeChecker();
  for (const source of program.getSourceFiles()) {
    if (!source.fileName.startsWith(join(root, 'components'))) continue;
    const found = source.statements.find(
      (one) => ts.isInterfaceDeclaration(one) && one.name.text === name,
    );
    if (found) return checker.getTypeAtLocation(found.name);
  }
  throw new Error(`there is no interface ${name}`);
}

/** Event name → description of its callback. */
function callbackDescriptions(source, checker) {
  const declaration = source.statements.find(
    (one) => ts.isInterfaceDeclaration(one) && one.name.text === 'CallbackArguments',
  );
  const symbols = checker.getPropertiesOfType(checker.getTypeAtLocation(declaration.name));
  return new Map(symbols.map((symbol) => [eventName(symbol.name), descriptionOf(symbol, checker)]));
}

/** As `callbackEventName()` of components/shared/events.ts; a test compares the two. */
function eventName(callback) {
  if (callback === 'onError') return 'call-error';
  return callback
    .slice(2)
    .replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());
}

const descriptionOf = (symbol, checker) =>
  ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replace(/\s*\n(?!\n|- )/g, ' ')
    .trim();
