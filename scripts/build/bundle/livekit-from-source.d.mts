import type { Plugin, TsconfigRaw } from 'esbuild';

export function livekitSources(): Plugin;
export const LIVEKIT_TSCONFIG: TsconfigRaw;
