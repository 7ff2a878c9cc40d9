// Bundles by rolldown.config.js without a line per chunk: what a first start prints should be the product's.
import { rolldown } from 'rolldown';
import configs from '../rolldown.config.js';

for (const { output, ...input } of configs) {
  const bundle = await rolldown(input);
  await bundle.write(output);
  await bundle.close();
}
