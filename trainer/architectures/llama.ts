/**
 * Llama (Touvron et al. 2023), Mistral, Qwen 2 and Qwen 3, by the names of transformers' `modeling_llama.py`: rotary positions,
 * keys and values shared by several heads, gated feed-forward layers, normalised before each.
 */
import * as z from 'zod';
import { add, mul } from '../graph/operators/elementwise.ts';
import type { Value } from '../graph/value.ts';
import type { ArchitectureOf } from '../huggingface/architectures.ts';
import type { CommonConfig } from '../huggingface/config.ts';
import { check, maybe } from '../huggingface/json.ts';
import { activationOf } from './activations.ts';
import type { Architecture, Graphs } from './architecture.ts';
import { attend, shareHeads, splitHeads } from './attention.ts';
import { decoderInputs } from './decoder.ts';
import { linear, project, rmsNorm } from './layers.ts';
import { type Frequencies, frequenciesOf, type PairForm, rotate, rotationAt } from './rotary.ts';
import { type Naming, unbuildable, type Weights } from './weights.ts';

export const llamaNaming: Naming = {
  prefix: 'model.',
  unneeded: [/^layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/, /^rotary_emb\.inv_freq$/, /^lm_head\.weight$/, /^(score|classifier|qa_outputs)\./],
};

export const llama: Architecture<'llama' | 'mistral' | 'qwen2' | 'qwen3'> = {
  naming: llamaNaming,
  build(config, all) {
    const { architecture } = config;
    return buildLlama(all, {
      ...architecture,
      file: config.file,
      frequencies: frequenciesOf(architecture, config),
      pairs: 'halves',
      tied: config.tiedEmbeddings,
      writes: config.task === 'causal-lm',
      windows: windowsOf(architecture, config),
    });
  },
};

export interface LlamaSettings
  extends Pick<
    ArchitectureOf<'llama'>,
    | 'vocabularySize' | 'hiddenSize' | 'intermediateSize' | 'layers' | 'heads' | 'keyValueHeads' | 'headSize'
    | 'activation' | 'rmsNormEpsilon' | 'headNorm'
  > {
  /** Names the config in messages. */
  readonly file: string;
  readonly frequencies: Frequencies;
  readonly pairs: PairForm;
  /** Whether the output layer is the embedding's table. */
  readonly tied: boolean;
  /** Whether what comes next is asked for; else the last states are. */
  readonly writes: boolean;
  /** By layer: how many places a query may look at, where not at all before. */
  readonly windows: readonly (number | undefined)[];
}

export function buildLlama(all: Weights, settings: LlamaSettings): Graphs {
  const { hiddenSize, vocabularySize, heads, keyValueHeads, headSize, rmsNormEpsilon: epsilon } = settings;
  const activation = activationOf(settings.activation, settings.file);
  const shared = { count: keyValueHeads, width: headSize };
  const { weights, ids, positions, bias, remember, finish } = decoderInputs(all, shared, settings.layers);
  const rotation = rotationAt(positions, settings.frequencies, settings.pairs);
  const words = all.firstOf(['embed_tokens.weight', 'lm_head.weight']);
  let states = weights.rows(words, [vocabularySize, hiddenSize], ids);
  for (let layer = 0; layer < settings.layers; layer++) {
    const name = (part: string): string => `layers.${layer}.${part}`;
    const normal = rmsNorm(weights, name('input_layernorm'), states, epsilon);
    const headsOf = (part: 'q' | 'k' | 'v', count: number): Value =>
      splitHeads(linear(weights, name(`self_attn.${part}_proj`), normal, count * headSize, 'as-stored'), { count, width: headSize });
    const placed = (part: 'q' | 'k', count: number): Value => {
      const projected = headsOf(part, count);
      return rotate(settings.headNorm ? rmsNorm(weights, name(`self_attn.${part}_norm`), projected, epsilon) : projected, rotation);
    };
    const { key, value } = remember({ key: placed('k', keyValueHeads), value: headsOf('v', keyValueHeads) });
    const projections = { query: placed('q', heads), key: shareHeads(key, heads), value: shareHeads(value, heads) };
    const attended = attend(projections, bias(settings.windows[layer]), headSize ** -0.5, `decoder.layers.${layer}.self_attention`);
    states = add(states, linear(weights, name('self_attn.o_proj'), attended, hiddenSize, 'as-stored'));
    const fed = rmsNorm(weights, name('post_attention_layernorm'), states, epsilon);
    const gate = activation(linear(weights, name('mlp.gate_proj'), fed, settings.intermediateSize, 'as-stored'));
    const inner = mul(gate, linear(weights, name('mlp.up_proj'), fed, settings.intermediateSize, 'as-stored'));
    states = add(states, linear(weights, name('mlp.down_proj'), inner, hiddenSize, 'as-stored'));
  }
  const last = rmsNorm(weights, 'norm', states, epsilon);
  if (!settings.writes) return { model: finish('last_hidden_state', last) };
  const table = settings.tied ? words : 'lm_head.weight';
  return { model: finish('logits', project(last, weights.tensor(table, [vocabularySize, hiddenSize]))) };
}

const windowSchema = z.looseObject({
  max_window_layers: maybe(z.int().min(0).max(10_000)),
  layer_types: maybe(z.array(z.string().max(100)).max(10_000)),
});

/** Mistral's window is every layer's; Qwen's is that of the layers from `max_window_layers` on, or as `layer_types` says. */
function windowsOf(
  { slidingWindow, layers }: ArchitectureOf<'llama'>,
  { file, json, modelType }: Pick<CommonConfig, 'file' | 'json'> & { readonly modelType: string },
): (number | undefined)[] {
  const found = check(windowSchema, json, file);
  // Llama has none, and Qwen's only where it is switched on.
  const window = modelType === 'llama' || (modelType !== 'mistral' && json['use_sliding_window'] !== true) ? undefined : slidingWindow;
  const from = modelType === 'mistral' ? 0 : (found.max_window_layers ?? 28);
  return Array.from({ length: layers }, (_, layer) => {
    const kind = found.layer_types?.[layer] ?? (layer >= from ? 'sliding_attention' : 'full_attention');
    if (kind !== 'sliding_attention' && kind !== 'full_attention') {
      throw unbuildable(file, `layer ${layer} is of type "${kind}"`, '"full_attention" or "sliding_attention"');
    }
    return kind === 'sliding_attention' ? window : undefined;
  });
}
