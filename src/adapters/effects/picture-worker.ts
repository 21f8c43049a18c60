import { PictureEngine, type PictureCommand } from './picture-engine.ts';

// The engine of pictures away from the page's own thread.

const engine = new PictureEngine((report) => postMessage(report));

addEventListener('message', ({ data }: MessageEvent<PictureCommand>) => engine.obey(data));
