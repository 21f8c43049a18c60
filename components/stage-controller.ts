import { CallController } from './call-controller.ts';
import { en, type Words } from './strings/en.ts';
import type { FirstWords } from './strings/en-first.ts';

/** A CallController for the screens that are fetched later: they bring all words with them. */
export class StageController<T> extends CallController<T> {
  override get words(): Words {
    return allWords(super.words);
  }
}

/** Every language but English is loaded whole. */
export function allWords(words: FirstWords): Words {
  return isWhole(words) ? words : en;
}

function isWhole(words: FirstWords): words is Words {
  return 'problems' in words;
}
