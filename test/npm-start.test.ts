import { expect, it } from 'vitest';
import { isNpmStart } from '../src/npm-start.ts';

const packageFile = '/srv/understudy/package.json';

it('knows npm start of this package by what npm puts into the environment', () => {
  const env = { npm_lifecycle_event: 'start', npm_package_json: packageFile };
  expect(isNpmStart(env, packageFile)).toBe(true);
});

it.each([
  ['without npm', {}],
  ['of another script', { npm_lifecycle_event: 'bench', npm_package_json: packageFile }],
  [
    'from another package, whose script may leave it running',
    { npm_lifecycle_event: 'start', npm_package_json: '/srv/other/package.json' },
  ],
])('takes no start %s for one', (_, env) => {
  expect(isNpmStart(env, packageFile)).toBe(false);
});
