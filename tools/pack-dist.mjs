// Puts what is no code into dist/: the report's schema and the recorded scenarios of `pullwhy demo`.
import { chmodSync, cpSync, existsSync, readFileSync } from 'node:fs';

cpSync('docs/report.schema.json', 'dist/report.schema.json');
cpSync('fixtures/demo.json', 'dist/demo/index.json');
for (const { name } of JSON.parse(readFileSync('fixtures/demo.json', 'utf8'))) {
  for (const file of ['objects.json', 'kubelet.log', 'containerd.log', 'kubelet.node-b.log', 'containerd.node-b.log']) {
    const from = `fixtures/recordings/${name}/${file}`;
    if (existsSync(from)) cpSync(from, `dist/demo/${name}/${file}`);
  }
}
chmodSync('dist/cli.cjs', 0o755);
