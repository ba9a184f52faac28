/**
 * The folder that the built package is in: `dist/`. Its modules are the compiler's, each on its own in `dist/src/`, or put together into
 * few files, in `dist/lib/`; this one is one level below `dist/` in both.
 */
export const BUILT_FOLDER: URL = new URL("../", import.meta.url);
