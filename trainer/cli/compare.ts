import { Failure } from '../../protocol/failure.ts';
import { badArgument, readArguments, type Command } from './command.ts';

export const compareCommand: Command = {
  help: `attention-scope compare SPEC.json [--report-only]

Trains several translators alike, one after another, and reports how they differ: BLEU and chrF on the test set with
bootstrap intervals, by length too, what they cost, and what their attention is like. SPEC.json holds

  name, title   of the comparison
  base          a training config (docs/training.md), or the path of one; its test set is that of all models
  models        a list: {"name", "set": {"model.attention": {…}, "training.epochs": 4}}, the keys that differ from the
                base; or {"name", "model": DIR}, a model trained already. The others are compared with the first.
  seeds         [1, 2, 3]: trains each model once with each; scores are means. Default: once, with the config's own
  beam          keeps so many hypotheses; default: 1, greedy
  lengths       [[1, 5], [6, 10], [11, null]]: words of the source that scores are told by
  out           the folder for report.md, report.html, report.json, bleu-by-length.svg, and the runs

Relative paths start from SPEC.json's folder. A run that is finished is used as it is, one that was stopped goes on.

  --report-only   trains nothing: reports on what is there

Stop it with Ctrl-C: it saves where it is, and the same command goes on from there.
`,
  run: async args => {
    const { values, positionals } = readArguments('compare', args, { 'report-only': { type: 'boolean', default: false } });
    const [spec, ...others] = positionals;
    if (spec === undefined || others.length > 0) throw badArgument('compare', 'Exactly one SPEC.json is expected.');
    const { canKeepFreedMemory, dieWithParent, keepsFreedMemory, runWithSharedPool } = await import('../training/allocator.ts');
    if (!keepsFreedMemory() && canKeepFreedMemory()) return runWithSharedPool().catch(tellHowToGoOn);
    dieWithParent();
    const controller = new AbortController();
    // The second Ctrl-C is not caught: it ends the process at once, which loses nothing but steps since the last save.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
    const { compareModels } = await import('../comparing/compare.ts');
    await compareModels({
      spec,
      reportOnly: values['report-only'],
      signal: controller.signal,
      print: line => void process.stdout.write(`${line}\n`),
    });
    return 0;
  },
};

function tellHowToGoOn(thrown: unknown): never {
  const { code, message } = Failure.from(thrown);
  if (code !== 'worker-lost') throw thrown;
  throw new Failure(code, message, 'The same command goes on from the last checkpoint. Less memory is needed with a lower "training.tokensPerBatch" in "base", which makes it another comparison.', { cause: thrown });
}
