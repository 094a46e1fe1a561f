/** What is chosen above the head view: the layer, and between which sentences. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Axis, InspectedLayer } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import { mapKinds } from '../../../protocol/trace.ts';
import { icon } from '../../panel/icons.ts';
import { select } from '../../panel/select.ts';
import { layerKey, layerName } from '../names.ts';
import { inLayer, isSameLayer, type HeadsChoice } from './choice.ts';
import { sentenceChoices, type SentencePair } from './sentences.ts';

/** Layers by kind, and a step to the next or the one before. */
export function layerChooser(layers: readonly InspectedLayer[], choice: HeadsChoice, choose: (choice: HeadsChoice) => void): TemplateResult | typeof nothing {
  const at = layers.findIndex(layer => isSameLayer(layer, choice));
  const current = layers[at];
  if (current === undefined) return nothing;
  const go = (layer: InspectedLayer | undefined): void => {
    if (layer !== undefined) choose(inLayer(layer, choice.heads, current.heads));
  };
  const step = (by: -1 | 1, name: string): TemplateResult => html`
    <button class=${by < 0 ? 'previous' : 'next'} aria-label=${name} title=${name} ?disabled=${layers[at + by] === undefined} @click=${() => go(layers[at + by])}>${icon('chevron')}</button>`;
  const kinds = mapKinds.filter(kind => layers.some(layer => layer.kind === kind));
  const options = (kind: InspectedLayer['kind']): TemplateResult[] => layers.filter(layer => layer.kind === kind)
    .map(layer => html`<option value=${layerKey(layer)} ?selected=${layer === current} .selected=${layer === current}>${kinds.length === 1 ? layerName(layer) : `${layerName(layer)}, ${kind}`}</option>`);
  return html`
    <div class="layers">
      ${step(-1, 'Previous layer')}
      <select aria-label="Layer" title="Layer" @change=${({ target }: Event) => {
        if (target instanceof HTMLSelectElement) go(layers.find(layer => layerKey(layer) === target.value));
      }}>${kinds.length === 1 ? kinds.map(options) : kinds.map(kind => html`<optgroup label=${kindNames[kind].long}>${options(kind)}</optgroup>`)}</select>
      ${step(1, 'Next layer')}
    </div>`;
}

/** Of texts with several sentences, those that lines lead from and to. */
export function sentenceChooser(queries: Axis | undefined, keys: Axis | undefined, pair: SentencePair, choose: (pair: SentencePair) => void): TemplateResult | typeof nothing {
  const [from, to] = [queries, keys].map(axis => (axis === undefined ? [] : sentenceChoices(axis)));
  if (from === undefined || to === undefined || from.length + to.length === 0) return nothing;
  const chooser = (name: string, choices: typeof from, chosen: number | undefined, chose: (sentence: number | undefined) => void): TemplateResult | typeof nothing =>
    choices.length === 0 ? nothing : select(name, [{ key: '', name: 'All sentences' }, ...choices], String(chosen ?? ''), key => chose(key === '' ? undefined : Number(key)));
  return html`
    <div class="pair">
      ${chooser('From sentence', from, pair.rows, rows => choose({ ...pair, rows }))}
      <span aria-hidden="true">→</span>
      ${chooser('To sentence', to, pair.columns, columns => choose({ ...pair, columns }))}
    </div>`;
}
