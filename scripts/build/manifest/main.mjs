import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../setup.mjs';
import { customElementsManifest } from './custom-elements.mjs';
import { vsCodeCssData, vsCodeHtmlData, webTypes } from './editor-data.mjs';
import { frameworkTypes } from './framework-types.mjs';
import { readElements } from './read-elements.mjs';

// Writes what tools and frameworks know of the elements into dist/, from the doc comments of the sources.
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const elements = readElements(ROOT);
const json = (value) => `${JSON.stringify(value, null, 1)}\n`;

const files = {
  'custom-elements.json': json(customElementsManifest(elements)),
  'vscode.html-custom-data.json': json(vsCodeHtmlData(elements)),
  'vscode.css-custom-data.json': json(vsCodeCssData(elements)),
  'web-types.json': json(webTypes(elements, { version })),
  ...Object.fromEntries(
    Object.entries(frameworkTypes(elements)).map(([name, text]) => [
      `types/frameworks/${name}`,
      text,
    ]),
  ),
};
mkdirSync(join(ROOT, 'dist/types/frameworks'), { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(join(ROOT, 'dist', name), text);
