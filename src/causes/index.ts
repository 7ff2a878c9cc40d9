/** The catalogue of causes: `pullwhy/causes`. */
export type { Cause } from './define.ts';
export { CAUSES } from './index.gen.ts';
