import { PictureEngine, type PictureCommand } from './picture-engine.ts';

// PictureEngine in a worker.

const engine = new PictureEngine((report) => postMessage(report));

addEventListener('message', ({ data }: MessageEvent<PictureCommand>) => engine.handle(data));
