/** A layers model of TensorFlow.js: its graph is built here, and its texts are read with the words that lie beside it. */
import { basename, dirname } from 'node:path';
import type { Token } from '../../protocol/trace.ts';
import type { EncodeOptions, EncodedText } from '../huggingface/tokenizer.ts';
import { fit } from '../tensorflowjs/fitting.ts';
import { openTensorFlowJs, type TensorFlowJsModel } from '../tensorflowjs/open.ts';
import type { WordVocabulary } from '../tensorflowjs/vocabulary.ts';
import { tokenAt } from '../text/token.ts';
import { builtGraph } from './built-graph.ts';
import type { DecoderPorts } from './decoder-ports.ts';
import { EncoderModel } from './encoder-model.ts';
import { freeGeneration } from './generation.ts';
import { openPlainGraph } from './open-graph.ts';
import { openedEncoder, openedSequence } from './opened.ts';
import type { Plan } from './plan.ts';
import { SequenceModel } from './sequence-model.ts';
import { TappedGraph, type GraphSource } from './tapped-graph.ts';
import type { ForeignTokenizer } from './tokens.ts';

/** @param path of `model.json`, or of its folder @throws Failure `broken-model`, naming a layer that cannot be run */
export async function planLayersModel(path: string): Promise<Plan> {
  const model = await openTensorFlowJs(path);
  const source = await builtGraph(model.graph, dirname(model.path), model.path);
  const layers = model.facts.find(({ label }) => label === 'Layers')?.value ?? '';
  return { path, name: basename(dirname(model.path)), about: `TensorFlow.js, ${layers}`, graphs: [source], ...planned(path, model, source) };
}

type Planned = Pick<Plan, 'tasks' | 'warnings' | 'open'>;

function planned(path: string, model: TensorFlowJsModel, source: GraphSource): Planned {
  const { roles, vocabularies } = model;
  const { source: words, target } = vocabularies;
  if (roles === undefined || words === undefined) return asNumbers(path, source, roles === undefined ? 'what its inputs mean cannot be told' : 'no vocabulary (tokenizer.json, word_index.json, vocab.json) lies beside it');
  if (roles.kind === 'encoder-decoder') {
    if (target?.start === undefined || target.end === undefined) return asNumbers(path, source, 'no vocabulary lies beside it that names the words which a text begins and ends with');
    const { start, end } = target;
    return {
      tasks: ['translation', 'attention'],
      warnings: [],
      open: async settings => {
        const graph = await TappedGraph.open(source, settings, source.layers.filter(({ kind }) => kind === 'cross').slice(0, 1));
        const decoder = { graph, ports: portsOf(source, roles) };
        // Where each side has words of its own, the source is put between its own beginning and end, as in training.
        const around = words !== target && words.start !== undefined && words.end !== undefined ? { start: words.start, end: words.end } : undefined;
        return openedSequence(
          new SequenceModel({
            id: path,
            encoder: undefined,
            decoder: { first: decoder, next: decoder, sizes: { heads: undefined, width: undefined } },
            tokenizer: wordTokenizer({ read: words, write: target, around, length: lengthOf(source, roles.source), side: 'behind' }),
            generation: { ...freeGeneration, decoderStart: start, eos: [end] },
            longest: undefined,
            longestTarget: lengthOf(source, roles.target),
            bySentence: true,
            languages: { source: '', target: '' },
            prefixes: [],
          }),
        );
      },
    };
  }
  const classifies = roles.kind === 'text';
  return {
    tasks: classifies ? ['classification', 'attention'] : ['attention'],
    warnings: [],
    open: async settings =>
      openedEncoder(
        new EncoderModel({
          id: path,
          graph: await TappedGraph.open(source, settings, source.layers),
          tokenizer: wordTokenizer({ read: words, write: words, around: undefined, length: lengthOf(source, roles.text), side: 'before' }),
          labels: classifies ? [] : undefined,
          choice: roles.numbers.endsWith('probabilities') && !roles.numbers.startsWith('log') ? 'told' : 'one',
          longest: undefined,
          named: { input: roles.text, output: roles.output },
        }),
      ),
  };
}

function asNumbers(path: string, source: GraphSource, why: string): Planned {
  return {
    tasks: [],
    warnings: [`It can be fed with numbers (attend --input): ${why}.`],
    open: settings => openPlainGraph(path, source, settings),
  };
}

function lengthOf({ inputs }: GraphSource, name: string): number | undefined {
  const length = inputs.find(input => input.name === name)?.shape.at(-1);
  return typeof length === 'number' ? length : undefined;
}

function portsOf({ inputs, outputs }: GraphSource, { source, target, output }: { readonly source: string; readonly target: string; readonly output: string }): DecoderPorts {
  const port = (name: string): DecoderPorts['ids'] => inputs.find(input => input.name === name) ?? { name, type: 'int64', shape: [] };
  return {
    ids: port(target), encoderStates: port(source), logits: output, outputs: new Set(outputs.map(({ name }) => name)), states: [],
    mask: undefined, positions: undefined, tokenTypes: undefined, cachePositions: undefined, useCache: undefined, scoresWanted: undefined, encoderMask: undefined,
  };
}

interface Words {
  readonly read: WordVocabulary;
  readonly write: WordVocabulary;
  readonly around: { readonly start: number; readonly end: number } | undefined;
  /** As the model fixes it, and where padding goes. */
  readonly length: number | undefined;
  readonly side: 'before' | 'behind';
}

/** Words as a model of others reads and writes them. */
function wordTokenizer({ read, write, around, length, side }: Words): ForeignTokenizer {
  const nameOf = (id: number): string => (id === 0 ? '<pad>' : (read.nameOf(id) ?? `<${id}>`));
  const outside = (id: number, at: number): Token => ({ text: nameOf(id), start: at, end: at });
  return {
    maxTokens: length,
    tokenOf: id => write.nameOf(id),
    nameOf: id => (id === write.start || id === write.end || id === 0 ? (write.nameOf(id) ?? '<pad>') : undefined),
    encode: (text: string, { maxTokens }: EncodeOptions = {}): EncodedText => {
      const encoded = read.encode(text);
      const room = Math.min(length ?? Infinity, maxTokens ?? Infinity) - (around === undefined ? 0 : 2);
      const kept = fit(encoded, room, side);
      const end = kept.spans.at(-1)?.end ?? 0;
      const tokens = [
        ...(around === undefined ? [] : [{ id: around.start, token: outside(around.start, 0), of: undefined }]),
        ...kept.ids.map((id, index) => {
          const span = kept.spans[index] ?? { start: 0, end: 0 };
          return { id, token: tokenAt(text.slice(span.start, span.end), span, nameOf(id)), of: 0 as const };
        }),
        ...(around === undefined ? [] : [{ id: around.end, token: outside(around.end, end), of: undefined }]),
      ];
      const padding = Array.from({ length: Math.max(0, (length ?? 0) - tokens.length) }, () => ({ id: 0, token: outside(0, side === 'before' ? 0 : end), of: undefined }));
      const all = side === 'before' ? [...padding, ...tokens] : [...tokens, ...padding];
      return { ids: all.map(({ id }) => id), tokens: all.map(({ token }) => token), typeIds: all.map(() => 0), texts: all.map(({ of }) => of), cut: encoded.ids.length - kept.ids.length };
    },
    decode: ids => write.decode(ids),
    encodeWritten: text => write.encode(text).ids,
    special: role => (role === 'unk' && read.unknown !== undefined ? { id: read.unknown, name: nameOf(read.unknown) } : undefined),
  };
}
