import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** What stands in a document between ```language and ```, in order. */
export function examples(document: string, language: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const fences = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...text.matchAll(fences)].map(([, code]) => code ?? '');
}
