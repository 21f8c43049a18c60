import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** The content of the ```language blocks of a document, in order. */
export function examples(document: string, language: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const fences = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(fences)].map(([, code]) => code ?? '');
}
