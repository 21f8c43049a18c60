import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILED_IN } from './compiled-notices.mjs';

/** Work of others in our sources that is not imported: the path data of the icons. */
const COPIED_INTO_SOURCES = ['lucide-static'];

/** The package whose WebAssembly the build copies beside the scripts. */
const COPIED_BESIDE = '@twilio/video-processors';

/** Packages inside other packages, which are not installed: compiled-notices.mjs has their notices. */
const NOT_INSTALLED = new Set(['@shiguredo/rnnoise-wasm', 'wasm-feature-detect']);

/** Packages without a licence file: the file that contains their terms. */
const TERMS_ELSEWHERE = {
  '@bufbuild/protobuf': (root) =>
    [
      'Copyright Buf Technologies, Inc. Apache License 2.0; its text stands under livekit-client.',
      'Parts:',
      leadingComment(join(root, 'dist/esm/google/varint.js')),
    ].join('\n\n'),
};

/**
 * Writes THIRD-PARTY-LICENSES.txt beside the bundle: the licence of every package whose code is in the bundle, also
 * of those that another package had bundled (its source map names them).
 */
export function licences({ nodeModules = 'node_modules' } = {}) {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const hasWebAssembly = Object.keys(bundle).some((file) => file.endsWith('.wasm'));
      const names = new Set(COPIED_INTO_SOURCES);
      if (hasWebAssembly) names.add(COPIED_BESIDE);
      for (const id of modulesIn(bundle)) {
        const name = packageOf(id);
        if (name === null) continue;
        names.add(name);
        for (const inner of inlinedIn(id)) names.add(inner);
      }
      for (const name of compiledInto(bundle)) names.add(name);
      const installed = [...names].filter((name) => !NOT_INSTALLED.has(name)).sort();
      const notices = [
        ...installed.map((name) => notice(join(nodeModules, name), name)),
        ...(hasWebAssembly ? COMPILED_IN : []).map(
          ({ title, page, terms: text }) => `${title}\n${page}\n\n${text}\n`,
        ),
      ];
      const source = `${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

function modulesIn(bundle) {
  return Object.values(bundle)
    .filter((output) => output.type === 'chunk')
    .flatMap((chunk) => Object.entries(chunk.modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id);
}

/** 'lit-html' of /…/node_modules/lit-html/directive.js; null for our own files. */
export function packageOf(path) {
  const parts = path.replaceAll('\\', '/').split('node_modules/');
  if (parts.length === 1) return null;
  return /^(@[^/]+\/)?[^/]+/.exec(parts.at(-1))[0];
}

function inlinedIn(id) {
  const map = `${id}.map`;
  return existsSync(map) ? packagesOf(JSON.parse(readFileSync(map, 'utf8')).sources) : [];
}

/** The packages in a library that is compiled from its sources: only the maps of the chunks name them. */
function compiledInto(bundle) {
  const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
  return chunks.flatMap(({ map }) => packagesOf(map?.sources ?? []));
}

const packagesOf = (paths) => paths.map(packageOf).filter((name) => name !== null);

function notice(root, name) {
  const { version, license, homepage, repository } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const page = homepage ?? repository?.url ?? repository ?? '';
  return `${name} ${version}\n${license}\n${page}\n\n${terms(root, name)}\n`;
}

/** @throws {Error} without a licence: a bundle without its notices must not be published. */
function terms(root, name) {
  const files = readdirSync(root).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length > 0) {
    return files.map((file) => readFileSync(join(root, file), 'utf8').trim()).join('\n\n');
  }
  const elsewhere = TERMS_ELSEWHERE[name];
  if (elsewhere === undefined) throw new Error(`${name} has no licence file`);
  return elsewhere(root);
}

function leadingComment(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
