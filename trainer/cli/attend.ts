/** attention-scope attend: what a model of whatever format looks at, over a text, an image or numbers. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UntappedInfo } from '../../protocol/checkpoint.ts';
import { Failure } from '../../protocol/failure.ts';
import { mapKinds } from '../../protocol/trace.ts';
import { joined } from '../../protocol/two-texts.ts';
import { ownFolder } from '../engine/own-model.ts';
import { defaultThreads } from '../engine/threads.ts';
import { writeFileAtomically } from '../files/atomic.ts';
import { isTraceName } from '../formats/trace-file.ts';
import { type Attention, checkHead, type Wanted } from '../foreign/attention.ts';
import type { LayerKey } from '../foreign/layer-maps.ts';
import type { OpenForeign } from '../foreign/open.ts';
import type { ForeignModel } from '../foreign/opened.ts';
import type { Picture } from '../render/attention-html.ts';
import { mapsOfNumbers } from '../inspection/no-numbers.ts';
import { oneText } from '../text/one-text.ts';
import { badArgument, readArguments, type Command } from './command.ts';
import { warnOfSize } from './given.ts';
import { readImageFile } from './image-file.ts';
import type { Given } from './passes.ts';
import { textOf } from './standard-input.ts';
import { hasColour, isForPeople, print } from './standard-output.ts';
import { wrongInput } from './wrong-input.ts';

export const attendCommand: Command = {
  help: `attention-scope attend FILE --text TEXT [--pair TEXT] | --input JSON|FILE | --image FILE [--map KIND:LAYER:HEAD|all]
                       [--interventions FILE] [--json | --safetensors FILE [--eight-bit] | --html FILE]
                       [--export FILE [--reading HOW] [--scale SCALE | --lines HEADS|all]]

Runs the model in FILE, a file or a folder, and gives the attention of its layers: of a text that it reads, of what it writes
where it writes, of an image, or of numbers. A trace file (*.trace.safetensors) gives the attention that it holds, of a text of its
own. Without --json, --safetensors, --html or --export the map is drawn in the terminal.

  --text TEXT         a text; - reads it from standard input
  --pair TEXT         a second text, which an encoder reads behind the first, as its tokenizer puts two together: [CLS] A [SEP] B [SEP]
  --input JSON|FILE   tensors by the names of the graph's inputs: {"ids": [[1, 2]]}, or a file of JSON, safetensors or npz
  --image FILE        a PNG or JPEG image
  --map K:L:H         only one map, or one layer: encoder:0:3, cross:2:mean, decoder:1 (default: all; the terminal shows the first)
  --interventions FILE
                      what if: a JSON list of changes to how the model runs, as the panel copies it: [{"do": "knock-out", "kind":
                      "encoder", "layer": 0, "heads": [3]}]. Prints what is said, how probable it is, and maps, before and after
  --json              prints one JSON object: model, source, target or image, maps[{kind, layer, head, queries, keys, weights}]
  --safetensors FILE  writes the maps, a float32 tensor [head, query, key] a layer; its metadata holds the tokens
  --eight-bit         the maps in bytes, weights times 255, rounded while the model runs: a quarter of the size
  --html FILE         writes a page with a choice of layer and head, that needs nothing else
  --export FILE       writes one map, by the end of the name: .svg or .pdf (drawn, for print), .png (the same, at twice its size),
                      .html, .csv, .json, .safetensors, .npy, or .pharaoh (which words are linked, a line a sentence). --map chooses
                      it: a number, mean, max, rollout or flow as HEAD (default: the one that aligns best, or stands for the rest)
  --reading HOW       how it is read, with commas between: words, sentences, no-special, value-weighted, by-row, by-column, by-all
                      (what sums to 1), top=5, least=0.05 or mass=0.9 (what is kept of each row)
  --scale SCALE       what its colours are drawn on: linear, root (the square root of a weight), clipped (the strongest 1 % saturate), or
                      auto: root where nearly all weights are far below the largest, else linear (default: auto)
  --lines HEADS|all   draws lines between the tokens, a colour a head, instead of a matrix: 0,2,5
`,
  run: async args => {
    const { values, positionals } = readArguments('attend', args, {
      text: { type: 'string' },
      pair: { type: 'string' },
      input: { type: 'string' },
      image: { type: 'string' },
      map: { type: 'string' },
      interventions: { type: 'string' },
      json: { type: 'boolean', default: false },
      safetensors: { type: 'string' },
      html: { type: 'string' },
      'eight-bit': { type: 'boolean', default: false },
      export: { type: 'string' },
      reading: { type: 'string' },
      scale: { type: 'string' },
      lines: { type: 'string' },
    });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw badArgument('attend', 'One FILE is expected.');
    const inputs = [values.text, values.input, values.image].filter(value => value !== undefined);
    const isTrace = isTraceName(file);
    if (inputs.length !== 1 && !isTrace) throw badArgument('attend', 'One of --text, --input and --image is expected.');
    if (inputs.length > 0 && isTrace) throw badArgument('attend', 'A trace file holds its own text; --text, --input and --image are for models.');
    if (values.pair !== undefined && values.text === undefined) throw badArgument('attend', '--pair is the second of two texts; --text is the first, which is not there.');
    if ([values.json || undefined, values.safetensors, values.html, values.export].filter(value => value !== undefined).length > 1) {
      throw badArgument('attend', 'Only one of --json, --safetensors, --html and --export can be given.');
    }
    if (values.export === undefined && (values.reading !== undefined || values.scale !== undefined || values.lines !== undefined)) {
      throw badArgument('attend', '--reading, --scale and --lines say how --export writes, which is not there.');
    }
    if (values.interventions !== undefined && (values.safetensors !== undefined || values.html !== undefined)) {
      throw badArgument('attend', 'What --interventions change is told in the terminal or with --json, not with --safetensors or --html.');
    }
    if (values.interventions !== undefined && isTrace) throw badArgument('attend', 'A trace file was written down: nothing is run that interventions could change.');
    const inBytes = values['eight-bit'];
    if (inBytes && values.safetensors === undefined) throw badArgument('attend', '--eight-bit says how --safetensors writes, which is not there.');
    const write = values.export === undefined ? undefined : (await import('./attend-export.ts')).readExport({ ...values, export: values.export });
    const map = write !== undefined || values.map === undefined || values.map === 'all' ? undefined : readMap(values.map);
    const isDrawn = !values.json && values.safetensors === undefined && values.html === undefined;
    const model = await openAttending(resolve(file), inBytes);
    try {
      const given = isTrace ? { text: '' } : { ...values, ...withPair(values.text === '-' ? await textOf(process.stdin.setEncoding('utf8')) : values.text, values.pair) };
      if (write !== undefined) {
        await write(model, given);
        return 0;
      }
      const wanted: Wanted = map ?? (isDrawn && values.map === undefined ? undefined : 'all');
      if (values.interventions !== undefined) {
        const { attendWhatIf } = await import('./what-if.ts');
        return await attendWhatIf(model, values.interventions, given, { json: values.json, wanted, head: map?.head });
      }
      const { attention: found, image } = await attend(model, given, wanted);
      const attention = mapsOfNumbers(found);
      for (const warning of attention.warnings) process.stderr.write(`attention-scope: ${warning}\n`);
      const [first] = attention.maps;
      if (first === undefined) throw nothingToRead(attention, model.untapped);
      const head = map?.head;
      if (head !== undefined) checkHead(head, first);
      if (values.safetensors !== undefined) {
        const { writeAttention } = await import('../render/attention-safetensors.ts');
        await writeAttention(values.safetensors, attention, head, inBytes);
      } else if (values.html !== undefined) {
        const { renderAttentionHtml } = await import('../render/attention-html.ts');
        await writeFileAtomically(values.html, renderAttentionHtml(attention, { picture: image, head }));
      } else if (values.json) {
        const { renderAttentionJson } = await import('../render/attention-json.ts');
        await print(renderAttentionJson(attention, head));
      } else {
        const { renderAttention } = await import('../render/attention-terminal.ts');
        await print(renderAttention(attention, head, { colour: isForPeople() && hasColour(), columns: process.stdout.columns ?? 80 }));
      }
      return 0;
    } finally {
      await model.release();
    }
  },
};

/** Two texts as one. */
function withPair(text: string | undefined, pair: string | undefined): Pick<Given, 'text' | 'second'> {
  return text === undefined || pair === undefined ? { text } : joined(text, pair);
}

/** A model, whoever made it. The code of either is loaded with the first of them. */
async function openAttending(path: string, inBytes: boolean): Promise<OpenForeign> {
  const own = existsSync(path) ? ownFolder(path) : undefined;
  if (own !== undefined) {
    const { openOwnAttending } = await import('../inspection/own-attending.ts');
    return openOwnAttending(own, { threads: defaultThreads });
  }
  const { openForeign } = await import('../foreign/open.ts');
  return openForeign(path, { threads: defaultThreads, whenLarge: warnOfSize, maps: inBytes ? 'uint8' : undefined });
}

async function attend({ id, attending }: ForeignModel, given: Given, wanted: Wanted): Promise<{ readonly attention: Attention; readonly image?: Picture }> {
  if (given.text !== undefined) {
    if (attending.text === undefined) throw wrongInput(id, 'texts', attending);
    if (attending.readsPairs !== true) oneText(given.second, id);
    return { attention: await attending.text({ text: given.text, second: given.second }, wanted) };
  }
  if (given.image !== undefined) {
    if (attending.image === undefined) throw wrongInput(id, 'images', attending);
    const bytes = await readImageFile(given.image);
    const attention = await attending.image({ image: bytes, name: given.image }, wanted);
    return { attention, image: { bytes, type: bytes[0] === 0xff ? 'image/jpeg' : 'image/png' } };
  }
  const { numbers } = attending;
  if (numbers === undefined) throw wrongInput(id, 'numbers', attending);
  const { readInputs } = await import('../foreign/read-inputs.ts');
  return { attention: await numbers.attend(await readInputs(given.input ?? '', numbers.inputs, numbers.runtime), wanted) };
}

/** Reasons that are told; inspect tells all. */
const mostReasons = 3;

function nothingToRead({ model }: Attention, untapped: readonly UntappedInfo[]): Failure {
  const reasons = untapped.slice(0, mostReasons).map(({ operator, node, why }) => ` ${operator}${node === '' ? '' : ` "${node}"`}: ${why}`);
  const found = untapped.length === 0 ? ': none was found in it.' : `.${reasons.join('')}`;
  return new Failure('bad-argument', `No attention of ${model} can be read${found}`, 'attention-scope inspect says what it is made of.');
}

/** `cross:2:mean`, `encoder:0:3`, or `decoder:1` for all heads of a layer. */
function readMap(text: string): LayerKey & { readonly head: number | 'mean' | undefined } {
  const found = /^([a-z]+):(\d{1,4})(?::(\d{1,4}|mean))?$/.exec(text);
  const kind = mapKinds.find(one => one === found?.[1]);
  if (found === null || kind === undefined) {
    throw badArgument('attend', `--map is "${text}"; KIND:LAYER:HEAD with a KIND of ${mapKinds.join(', ')}, such as encoder:0:3, or all was expected.`);
  }
  const [, , layer, head] = found;
  return { kind, layer: Number(layer), head: head === undefined || head === 'mean' ? head : Number(head) };
}
