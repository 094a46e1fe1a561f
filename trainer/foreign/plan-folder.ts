/** A folder as Hugging Face and Optimum lay it out: graphs that were exported, or weights over which they are built here. */
import { basename } from 'node:path';
import type { HuggingFaceFolder } from '../huggingface/folder.ts';
import { CausalModel } from './causal-model.ts';
import { readChat } from './chat.ts';
import type { Decoder } from './decoder-run.ts';
import { decoderPorts, isDecoder } from './decoder-ports.ts';
import { EncoderModel, takesText } from './encoder-model.ts';
import { languagesOf, longestOf, noTokenizer, patchOf, sizesOf } from './folder-facts.ts';
import { type FolderWish, sourcesOf } from './folder-graphs.ts';
import type { LayerId } from './layer-maps.ts';
import { openPlainGraph } from './open-graph.ts';
import { openedCausal, openedEncoder, openedSequence, openedVision } from './opened.ts';
import { usualProcessing } from './pixels.ts';
import type { Plan } from './plan.ts';
import { SequenceModel } from './sequence-model.ts';
import { type GraphSource, type RunSettings, TappedGraph } from './tapped-graph.ts';
import { VisionModel } from './vision-model.ts';

/** @throws Failure `broken-model`, naming the file; `bad-argument` where it can only be looked at */
export async function planFolder(folder: HuggingFaceFolder, wish: FolderWish = {}): Promise<Plan> {
  const sources = await sourcesOf(folder, wish);
  const { config } = folder;
  const { model, encoder_model: encoder, decoder_model: decoder } = sources;
  const common = {
    path: folder.path,
    name: basename(folder.path),
    about: [config.architectures[0] ?? config.declaredType, ...(wish.precision === undefined || wish.precision === 'fp32' ? [] : [wish.precision])].join(', '),
    graphs: Object.values(sources),
  };
  if (encoder !== undefined && decoder !== undefined) return { ...common, ...planSequence(folder, encoder, decoder, sources.decoder_with_past_model) };
  const single = model ?? decoder ?? encoder;
  if (single === undefined) throw new Error('a set of graphs has none');
  if (folder.kind === 'decoder' && isDecoder(single.inputs, single.outputs)) return { ...common, ...(await planCausal(folder, single, sources.decoder_with_past_model)) };
  if (takesText(single.inputs)) return { ...common, ...planEncoder(folder, single) };
  if (single.inputs.length === 1 && single.inputs[0]?.shape.length === 4) return { ...common, ...planVision(folder, single) };
  return {
    ...common,
    tasks: [],
    warnings: [`${common.name} reads neither texts nor images: it can be fed with numbers (attend --input).`],
    open: settings => openPlainGraph(folder.path, single, settings),
  };
}

type Planned = Pick<Plan, 'tasks' | 'warnings' | 'open' | 'readsPairs'>;

function planEncoder(folder: HuggingFaceFolder, source: GraphSource): Planned {
  const { config, path } = folder;
  const classifies = config.task === 'sequence-classification' && source.outputs.some(({ name }) => name === 'logits');
  return {
    tasks: classifies ? ['classification', 'attention'] : ['attention'],
    readsPairs: true,
    warnings: noTokenizer(folder),
    open: async settings => {
      const tokenizer = await folder.tokenizer();
      const layers = classifies ? source.layers : source.layers.slice(0, 1);
      const graph = await TappedGraph.open(source, settings, layers);
      return openedEncoder(
        new EncoderModel({ id: path, graph, tokenizer, labels: classifies ? config.labels : undefined, choice: config.multiLabel ? 'each' : 'one', longest: longestOf(folder) }),
      );
    },
  };
}

async function planCausal(folder: HuggingFaceFolder, source: GraphSource, withPast: GraphSource | undefined): Promise<Planned> {
  const { path, generation } = folder;
  return {
    tasks: ['language-modelling', ...((await folder.converses()) ? (['dialogue'] as const) : []), 'attention'],
    warnings: noTokenizer(folder),
    open: async settings => {
      const tokenizer = await folder.tokenizer();
      const template = await folder.chatTemplate();
      const decoder = await openDecoder(folder, source, withPast, settings, source.layers.slice(0, 1));
      const model = new CausalModel({
        id: path,
        decoder,
        tokenizer,
        generation,
        longest: longestOf(folder),
        chat: template === undefined ? undefined : (text, languageId) => readChat(text, languageId, template, tokenizer),
      });
      return openedCausal(model);
    },
  };
}

function planSequence(folder: HuggingFaceFolder, encoder: GraphSource, first: GraphSource, withPast: GraphSource | undefined): Planned {
  const { config, path, generation } = folder;
  if (!encoder.inputs.some(({ name }) => name === 'input_ids')) {
    return {
      tasks: [],
      warnings: [`The encoder of ${basename(path)} reads ${encoder.inputs.map(({ name }) => name).join(', ')}, which is no text: it can be fed with numbers (attend --input).`],
      open: settings => openPlainGraph(path, encoder, settings),
    };
  }
  const prefixes = Object.values(config.prefixes).filter(prefix => prefix !== '');
  const warnings = prefixes.length === 0 ? [] : [`The model does what a text says that it begins with: ${prefixes.map(prefix => JSON.stringify(prefix)).join(', ')}.`];
  return {
    tasks: ['translation', 'attention'],
    warnings: [...noTokenizer(folder), ...warnings],
    open: async settings => {
      const tokenizer = await folder.tokenizer();
      const cross = (withPast ?? first).layers.filter(({ kind }) => kind === 'cross');
      const usual = cross.at(Math.max(-cross.length, -2));
      return openedSequence(
        new SequenceModel({
          id: path,
          encoder: await TappedGraph.open(encoder, settings),
          decoder: await openDecoder(folder, first, withPast, settings, usual === undefined ? [] : [usual]),
          tokenizer,
          generation,
          longest: longestOf(folder),
          bySentence: /^(marian|m2m_100|nllb|mbart)/.test(config.declaredType),
          languages: languagesOf(config.json, basename(path)),
          prefixes,
        }),
      );
    },
  };
}

function planVision(folder: HuggingFaceFolder, source: GraphSource): Planned {
  const { config, path, imageProcessing } = folder;
  const classifies = config.task === 'image-classification';
  const known = config.modelType === 'vit' ? config.architecture : undefined;
  const [, , height = 224, width = 224] = source.inputs[0]?.shape ?? [];
  const side = (length: number | string, otherwise: number): number => (typeof length === 'number' ? length : otherwise);
  const [rows, columns] = known?.image ?? [224, 224];
  return {
    tasks: classifies ? ['image-classification'] : [],
    warnings: imageProcessing === undefined ? ['There is no preprocessor_config.json: images are given as most models want them, which may not be as this one does.'] : [],
    open: async settings =>
      openedVision(
        new VisionModel({
          id: path,
          graph: await TappedGraph.open(source, settings, source.layers),
          labels: classifies ? config.labels : [],
          processing: imageProcessing ?? usualProcessing(side(width, columns), side(height, rows)),
          patch: known?.patch ?? patchOf(config.json),
        }),
      ),
  };
}

async function openDecoder(folder: HuggingFaceFolder, source: GraphSource, withPast: GraphSource | undefined, settings: RunSettings, layers: readonly LayerId[]): Promise<Decoder> {
  const open = async (one: GraphSource): Promise<Decoder['first']> => ({ graph: await TappedGraph.open(one, settings, layers), ports: decoderPorts(one.inputs, one.outputs, one.file) });
  const first = await open(source);
  return { first, next: withPast === undefined ? first : await open(withPast), sizes: sizesOf(folder) };
}
