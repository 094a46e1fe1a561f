/** What is told of one tensor, or of a group of them. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { DtypeShare, TensorInfo, TensorStatistics } from '../../../protocol/checkpoint.ts';
import { bytesText, counted } from '../../../protocol/quantities.ts';
import { percent } from '../../../protocol/classified-text.ts';
import { icon } from '../../panel/icons.ts';
import { elementsOf, shapeText, valueText } from '../format.ts';
import type { Measurement } from '../state.ts';
import { dtypeTable, facts } from './facts.ts';
import { histogram } from './histogram.ts';
import { tensorsIn, type GroupNode } from './tree.ts';

/** @param measurement `undefined` as long as the tensor is being measured */
export function tensorDetails(tensor: TensorInfo, measurement: Measurement | undefined, again: () => void): TemplateResult {
  return html`
    <h2 class="subject">${tensor.name}</h2>
    ${facts([
      { label: 'Shape', value: shapeText(tensor.shape) },
      { label: 'Type', value: tensor.dtype },
      { label: 'Elements', value: elementsOf(tensor.shape).toLocaleString('en') },
      { label: 'Size', value: bytesText(tensor.bytes) },
    ])}
    <h3>Values</h3>
    ${measurement === undefined ? measuring() : measurement.kind === 'failed' ? failure(measurement.failure, again) : measured(measurement.statistics)}`;
}

export function groupDetails(group: GroupNode): TemplateResult {
  return html`
    <h2 class="subject">${group.key.replace(/^group /, '').replace(/[./]+$/, '')}</h2>
    ${facts([
      { label: 'Holds', value: counted(group.tensors, 'tensor') },
      { label: 'Elements', value: group.elements.toLocaleString('en') },
      { label: 'Size', value: bytesText(group.bytes) },
    ])}
    <h3>By type</h3>
    ${dtypeTable(sharesOf(group))}`;
}

function measuring(): TemplateResult {
  return html`<div class="measuring"><vscode-progress-bar indeterminate aria-label="Measuring"></vscode-progress-bar><p>Measuring …</p></div>`;
}

function failure({ message, hint }: { readonly message: string; readonly hint: string }, again: () => void): TemplateResult {
  return html`
    <div class="notice error" role="alert">
      ${icon('error')}
      <div><p>${message}</p><p>${hint}</p><vscode-button secondary @click=${again}>Measure Again</vscode-button></div>
    </div>`;
}

function measured(statistics: TensorStatistics): TemplateResult {
  const { elements, minimum, maximum, mean, deviation, zeros, nans, infinities } = statistics;
  const value = (label: string, found: number | null) => (found === null ? [] : [{ label, value: valueText(found) }]);
  const part = (label: string, count: number) => ({
    label, value: count === 0 ? 'none' : `${count.toLocaleString('en')} (${percent(count / elements)})`, isAlarming: label !== 'Zeros' && count > 0,
  });
  if (elements === 0) return html`<p class="quiet">It has no elements.</p>`;
  return html`
    ${histogram(statistics)}
    ${minimum === null ? html`<p class="quiet">No value is finite.</p>` : nothing}
    ${facts([
      ...value('Minimum', minimum), ...value('Maximum', maximum), ...value('Mean', mean), ...value('Deviation', deviation),
      part('Zeros', zeros), part('NaN', nans), part('Infinite', infinities),
    ])}`;
}

function sharesOf(group: GroupNode): DtypeShare[] {
  const shares = new Map<string, { dtype: string; tensors: number; elements: number; bytes: number }>();
  for (const { dtype, shape, bytes } of tensorsIn(group)) {
    const share = shares.get(dtype) ?? { dtype, tensors: 0, elements: 0, bytes: 0 };
    shares.set(dtype, { dtype, tensors: share.tensors + 1, elements: share.elements + elementsOf(shape), bytes: share.bytes + bytes });
  }
  return [...shares.values()].sort((one, other) => other.bytes - one.bytes);
}

export const detailStyles = css`
  .subject { display: block; margin: 0 0 8px; font-size: 13px; font-weight: 600; letter-spacing: 0; text-transform: none; color: inherit; overflow-wrap: anywhere; user-select: text; }
  .measuring p, .quiet { margin: 6px 0; color: var(--map-muted); }
`;
