import { describe, expect, it } from 'vitest';
import { parseReference } from './reference.ts';

const HEX = '86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa';
const HOST = 'registry.acme.example';

interface Row {
  readonly raw: string;
  /** The text from the position on begins with this. */
  readonly at: string;
  readonly hint: RegExp;
  readonly problem?: string;
  readonly suggestion?: string;
}

function check({ raw, at, hint, problem, suggestion }: Row) {
  const result = parseReference(raw);
  if (result.ok) throw new Error('parsed');
  expect(raw.slice(result.error.position, result.error.position + at.length)).toBe(at);
  expect(result.error.hint).toMatch(hint);
  expect(result.error.suggestion).toBe(suggestion);
  if (problem !== undefined) expect(result.error.problem).toBe(problem);
}

describe('something around the reference', () => {
  it.each<Row>([
    { raw: '', at: '', hint: /image is empty/, problem: 'empty' },
    { raw: ' \t', at: ' ', hint: /nothing but blanks/, problem: 'empty' },
    { raw: `https://${HOST}/app:1`, at: 'https', hint: /scheme https:\/\/ is not part/, suggestion: `${HOST}/app:1` },
    { raw: `http:/${HOST}/app`, at: 'http', hint: /scheme/, suggestion: `${HOST}/app` },
    { raw: 'docker://nginx', at: 'docker:', hint: /skopeo/, suggestion: 'nginx' },
    { raw: 'oci://ghcr.io/acme/chart:1', at: 'oci:', hint: /Helm/, suggestion: 'ghcr.io/acme/chart:1' },
    { raw: '"nginx"', at: '"', hint: /quotation mark """/, suggestion: 'nginx' },
    { raw: '\u201cnginx:1\u201d', at: '\u201c', hint: /U\+201C/, suggestion: 'nginx:1' },
    { raw: "nginx:1'", at: "'", hint: /quotation mark/, suggestion: 'nginx:1' },
    { raw: ' nginx', at: ' ', hint: /a blank stands before/, problem: 'whitespace', suggestion: 'nginx' },
    {
      raw: 'nginx:1.27\n',
      at: '\n',
      hint: /a line break stands after/,
      problem: 'whitespace',
      suggestion: 'nginx:1.27',
    },
    {
      raw: 'nginx\u00a0',
      at: '\u00a0',
      hint: /U\+00A0 \(no-break space\)/,
      problem: 'whitespace',
      suggestion: 'nginx',
    },
    { raw: 'nginx: 1.27', at: ' ', hint: /inside/, problem: 'whitespace', suggestion: 'nginx:1.27' },
    { raw: 'nginx 1.27', at: ' ', hint: /inside/, problem: 'whitespace' },
    { raw: 'nginx:1.27 # pinned', at: ' #', hint: /comment/, suggestion: 'nginx:1.27' },
    { raw: 'image: nginx:1', at: 'image', hint: /key "image:"/, suggestion: 'nginx:1' },
    { raw: 'docker pull nginx:1', at: 'docker', hint: /pull command/, suggestion: 'nginx:1' },
    { raw: 'nginx:1.27\\n', at: '\\n', hint: /escaped line break/, suggestion: 'nginx:1.27' },
    { raw: `${HOST}\\shop\\api:1`, at: '\\shop', hint: /backslash/, suggestion: `${HOST}/shop/api:1` },
    { raw: `\ufeffnginx`, at: '\ufeff', hint: /U\+FEFF \(byte order mark\).*cannot be seen/, suggestion: 'nginx' },
    { raw: 'ng\u200binx:1', at: '\u200b', hint: /zero-width space/, suggestion: 'nginx:1' },
    { raw: 'nginx\uff1a1.27', at: '\uff1a', hint: /U\+FF1A \(looks like ":"\)/, suggestion: 'nginx:1.27' },
    { raw: 'my\u2013app:1', at: '\u2013', hint: /en dash/, suggestion: 'my-app:1' },
    { raw: 'ngin\u0445:1', at: '\u0445', hint: /U\+0445 \(looks like "x"\)/, suggestion: 'nginx:1' },
    { raw: 'n\u0433inx', at: '\u0433', hint: /U\+0433 is not a plain ASCII/ },
    { raw: `${HOST}/ap\u2026:1`, at: '\u2026', hint: /cut/ },
    { raw: `robot:s3cr3t@${HOST}/app:1`, at: '@', hint: /user name and password/, suggestion: `${HOST}/app:1` },
    { raw: 'hub.docker.com/_/nginx', at: '_', hint: /web page of Docker Hub/, suggestion: 'nginx' },
    { raw: 'https://hub.docker.com/r/acme/app/', at: 'https', hint: /scheme/, suggestion: 'acme/app' },
    {
      raw: 'https://quay.io/repository/acme/app?tab=tags',
      at: 'https',
      hint: /scheme/,
      suggestion: 'quay.io/acme/app',
    },
  ])('$raw', check);

  it('does not repeat a password that was pasted into a reference', () => {
    const result = parseReference(`https://robot:Canary-S3cret@${HOST}/app:1`);
    expect(JSON.stringify(result)).not.toContain('Canary-S3cret');
  });
});

describe('templates left unfilled', () => {
  it.each<Row>([
    { raw: `${HOST}/app:\${IMAGE_TAG}`, at: '${', hint: /"\$\{IMAGE_TAG\}" is a variable that was never substituted/ },
    { raw: `\${REGISTRY:-x}/app:1`, at: '${', hint: /never substituted/ },
    { raw: `${HOST}/app:$TAG`, at: '$TAG', hint: /"\$TAG" is a variable/ },
    { raw: '$(IMAGE)', at: '$(', hint: /Kubernetes expands \$\(NAME\) in command/, problem: 'uppercase' },
    { raw: 'app:{{ .Values.tag }}', at: '{{', hint: /never rendered/ },
    { raw: '{{ .Values.image }}', at: '{{', hint: /never rendered/ },
    { raw: '<image>:<tag>', at: '<image>', hint: /stand-in/ },
    { raw: 'app:<none>', at: '<none>', hint: /missing tag/ },
    { raw: 'app:<no value>', at: '<no', hint: /missing value/ },
    { raw: 'app:%!s(<nil>)', at: '%!', hint: /Go prints/ },
    { raw: 'app:%BUILD%', at: '%BUILD%', hint: /never substituted/ },
    { raw: 'app:@project.version@', at: '@project', hint: /never substituted/ },
    { raw: 'app:#{Build.BuildId}#', at: '#{', hint: /pipeline token/ },
    { raw: 'app:{tag}', at: '{tag', hint: /never substituted/ },
  ])('$raw', check);
});

describe('host and repository', () => {
  it.each<Row>([
    { raw: '/app:1', at: '/', hint: /nothing stands before/ },
    { raw: ':1.27', at: ':', hint: /image name is empty/ },
    { raw: `${HOST}/:v1`, at: ':', hint: /repository after the registry host is empty/ },
    { raw: `${HOST}/`, at: '/', hint: /repository after the registry host is empty/ },
    { raw: `${HOST}//app`, at: '/app', hint: /two slashes/, suggestion: `${HOST}/app` },
    { raw: `${HOST}/team//app:1`, at: '//', hint: /two slashes/, suggestion: `${HOST}/team/app:1` },
    { raw: `${HOST}/team/app/`, at: '/', hint: /ends with a slash/, suggestion: `${HOST}/team/app` },
    { raw: `${HOST}:/app`, at: ':/', hint: /port after the registry host is empty/ },
    { raw: `${HOST}:http/app`, at: 'http', hint: /only a port number/ },
    { raw: 'registry_acme.example:5000/app', at: '_', hint: /underscore/ },
    { raw: 'fd00::10:5000/app', at: ':', hint: /brackets/ },
    { raw: '[fe80::1%eth0]:5000/app', at: '%', hint: /without a zone/ },
    { raw: 'acme..example/app', at: '.', hint: /misplaced/ },
    {
      raw: 'ghcr.io/Acme/App:1.0',
      at: 'Acme',
      hint: /lower case/,
      problem: 'uppercase',
      suggestion: 'ghcr.io/acme/app:1.0',
    },
    { raw: 'Nginx:1', at: 'N', hint: /lower case/, suggestion: 'nginx:1' },
    { raw: 'MyOrg/App', at: 'M', hint: /lower case/, suggestion: 'myorg/app' },
    { raw: 'team/-app', at: '-', hint: /begin with "-"/ },
    { raw: 'team/app-', at: '-', hint: /end with "-"/ },
    { raw: 'team/my___app', at: '_', hint: /join/ },
    { raw: 'team/my..app', at: '.', hint: /join/ },
    { raw: 'team/-~app', at: '-', hint: /begin with "-"/ },
    { raw: 'team/~app', at: '~', hint: /cannot stand/ },
    { raw: 'team/my-~app', at: '~', hint: /cannot stand/ },
    { raw: 'team/app-/x', at: '-', hint: /end with/ },
    { raw: 'team/my~app', at: '~', hint: /"~" cannot stand in a repository/ },
  ])('$raw', check);
});

describe('tag and digest', () => {
  it.each<Row>([
    { raw: 'nginx:', at: ':', hint: /tag after the colon is empty/ },
    { raw: `nginx:@sha256:${HEX}`, at: ':@', hint: /remove the colon/, suggestion: `nginx@sha256:${HEX}` },
    { raw: 'nginx:1.27:latest', at: ':latest', hint: /one tag only/ },
    { raw: 'nginx:1.27:1.27', at: ':1.27', hint: /one tag only/, suggestion: 'nginx:1.27' },
    { raw: 'nginx:1.27:', at: ':', hint: /second colon/, suggestion: 'nginx:1.27' },
    { raw: 'nginx:nginx:1.27', at: 'nginx:1', hint: /repeated/, suggestion: 'nginx:1.27' },
    { raw: `${HOST}/shop/api:${HOST}/shop/api:1`, at: HOST, hint: /whole reference/, suggestion: `${HOST}/shop/api:1` },
    { raw: 'nginx:v1/alpine', at: '/', hint: /tag cannot hold a slash/ },
    { raw: `${HOST}/app:feature/login`, at: '/login', hint: /tag cannot hold a slash/ },
    { raw: 'nginx:1.27+build.5', at: '+', hint: /cannot hold \+/ },
    { raw: 'app:2.0261120e+07', at: '+', hint: /exponent/ },
    { raw: 'nginx:1.*', at: '*', hint: /one exact name/ },
    { raw: 'nginx:^1.27', at: '^', hint: /one exact name/ },
    { raw: 'nginx:-alpine', at: '-', hint: /begins with/ },
    { raw: 'nginx:v1!', at: '!', hint: /"!" cannot stand in a tag/ },
    { raw: `nginx:${'a'.repeat(129)}`, at: 'a', hint: /at most 128/ },
    { raw: 'busybox@latest', at: '@', hint: /introduces a digest/, suggestion: 'busybox:latest' },
    { raw: 'busybox:1@latest', at: '@', hint: /introduces a digest/ },
    { raw: 'busybox@', at: '@', hint: /digest after @ is empty/ },
    { raw: `app:sha256:${HEX}`, at: ':sha256', hint: /follows after @/, suggestion: `app@sha256:${HEX}` },
    { raw: 'app@sha256:abc', at: 'c', hint: /64 hex digits, this one has 3/ },
    { raw: `app@sha256:${HEX}00`, at: '00', hint: /this one has 66/, problem: 'digest' },
    { raw: `app@sha256:${HEX.toUpperCase()}`, at: 'E', hint: /lower case/, suggestion: `app@sha256:${HEX}` },
    { raw: `app@sha256:x${HEX.slice(1)}`, at: 'x', hint: /not a hex digit/ },
    { raw: `app@md5:${HEX}`, at: 'md5', hint: /not supported/, problem: 'digest' },
    { raw: `app:1@SHA256:${HEX}`, at: 'SHA', hint: /write sha256/, suggestion: `app:1@sha256:${HEX}` },
    { raw: HEX, at: HEX, hint: /id of a local image/, problem: 'image-id' },
  ])('$raw', check);
});
