import { expect, it } from 'vitest';
import { thirdPartyNotices } from './notices.ts';

it('names each package once, with the text of its licence', () => {
  const text = thirdPartyNotices(['trainer/main.ts', 'node_modules/zod/index.js', 'node_modules/zod/v4/core.js', 'node_modules/@bufbuild/protobuf/dist/index.js']);
  expect(text.match(/^zod /gm)).toHaveLength(1);
  expect(text).toMatch(/^@bufbuild\/protobuf \S+ \(\(?Apache-2.0/m);
  expect(text).toContain('Permission is hereby granted');
  expect(text).not.toContain('trainer');
});

it('takes a package that names its licence in the text of it alone', () => {
  expect(thirdPartyNotices(['node_modules/png-js/lib/png-js.js'])).toMatch(/^png-js [\d.]+\n\nMIT License$/m);
});
