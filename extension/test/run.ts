import type { Test } from '../../test/vscode/run-tests.ts';
import { runTests } from '../../test/vscode/run-tests.ts';
import { asAUser } from './as-a-user.ts';
import { asking } from './asking.ts';
import { badInput } from './bad-input.ts';
import { checkpoints } from './checkpoint.ts';
import { contributing } from './contributions.ts';
import { editors } from './editors.ts';
import { followingEdits } from './following-edits.ts';
import { hovering } from './hovering.ts';
import { images } from './images.ts';
import { inspecting } from './inspecting.ts';
import { missingModels } from './missing-models.ts';
import { runs } from './runs.ts';
import { cleanUp } from './support.ts';
import { translating } from './translating.ts';
import { workerLoss } from './worker-loss.ts';

const all: readonly Test[] = [
  ...contributing, ...translating, ...followingEdits, ...editors, ...hovering, ...asking, ...images, ...checkpoints, ...inspecting, ...missingModels, ...runs, ...workerLoss, ...badInput,
  ...asAUser,
];

/** What VS Code calls to run the extension's tests. */
export async function run(): Promise<void> {
  const only = process.env['ATTENTION_SCOPE_TEST_ONLY'];
  const chosen = only === undefined ? all : all.filter(test => new RegExp(only).test(test.name));
  await runTests(chosen.map(test => ({ ...test, run: () => test.run().finally(cleanUp) })));
}
