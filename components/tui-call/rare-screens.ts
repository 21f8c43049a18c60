import { register } from './register.ts';

/* What only some calls show, each fetched when it is needed. A failed try is made again by the next. */

/** Calls beside the one on the screen. */
export const fetchAside = (): Promise<void> =>
  import('./aside-screens.ts').then(({ asideScreens }) => register(asideScreens), ignore);

/** Who is in a call, and whom one could ask in. */
export const fetchPeople = (): Promise<void> =>
  import('./people-screens.ts').then(({ peopleScreens }) => register(peopleScreens), ignore);

const ignore = (): void => undefined;
