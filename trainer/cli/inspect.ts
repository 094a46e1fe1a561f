/** attention-scope inspect: what a checkpoint is, without running it. */
import { resolve } from 'node:path';
import { badArgument, readArguments, type Command } from './command.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';

export const inspectCommand: Command = {
  help: `attention-scope inspect FILE [--tensors] [--json]

Says what the checkpoint in FILE, a file or a folder, is: its format, inputs and outputs, parameters, and every place where
attention can be read. Only headers are read, and nothing is run. ONNX, safetensors, PyTorch (.pt, .bin), TensorFlow.js, GGUF,
llama2.c, NumPy, folders of Hugging Face's, and models and runs of this program.

  --tensors  also lists the tensors
  --json     prints one JSON object: format, facts, inputs, outputs, parameters by dtype, tensors, taps[{name, layer, heads,
             kind, operator}], what attends and cannot be read (untapped), tasks, warnings
`,
  run: async args => {
    const { values, positionals } = readArguments('inspect', args, { json: { type: 'boolean', default: false }, tensors: { type: 'boolean', default: false } });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw badArgument('inspect', 'One FILE is expected.');
    const { inspectCheckpoint } = await import('../foreign/inspect.ts');
    const summary = await inspectCheckpoint(resolve(file));
    if (values.json) {
      await print(JSON.stringify(summary));
      return 0;
    }
    const { renderCheckpoint } = await import('../render/checkpoint.ts');
    await print(renderCheckpoint(summary, { colour: isForPeople() && hasColour(), tensors: values.tensors }));
    return 0;
  },
};
