/** How a map is read, to be chosen: behind a line that opens, which says what is not as the model gave it. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { MapReading } from '../../../protocol/inspection.ts';
import type { ChosenScale } from '../../../protocol/map-scale.ts';
import { select } from '../../panel/select.ts';
import { firstKeep, freshReading, isFresh, keepNames, normaliseNames, readingText, scaleNames, unitNames, type ChosenReading } from './reading.ts';

export interface ReadingChoices {
  readonly reading: ChosenReading;
  readonly isOpen: boolean;
  /** Whether the norms of values are known. */
  readonly hasValues: boolean;
  /** What the map is drawn on; left out where none is drawn. */
  readonly scale?: { readonly chosen: ChosenScale; readonly choose: (scale: ChosenScale) => void } | undefined;
  readonly open: (isOpen: boolean) => void;
  readonly choose: (reading: ChosenReading) => void;
}

export function readingBar({ reading, isOpen, hasValues, scale, open, choose }: ReadingChoices): TemplateResult {
  const change = (part: Partial<ChosenReading>): void => choose({ ...reading, ...part });
  const said = readingText(reading);
  return html`
    <details class="reading" ?open=${isOpen} @toggle=${({ target }: Event) => {
      if (target instanceof HTMLDetailsElement && target.open !== isOpen) open(target.open);
    }}>
      <summary title="How the map is read: in which units, how normalised, and how much of it is shown">Reading${said === '' ? nothing : html`<span class="quiet">: ${said}</span>`}</summary>
      <div class="reading-choices">
        <label title="Automatic: the matrix in sentences or words where its tokens can’t be told apart, all else in tokens">In ${select('Unit', entries(unitNames), reading.unit, key => {
          const unit = keysOf(unitNames).find(one => one === key);
          if (unit !== undefined) change({ unit });
        })}</label>
        <label>Normalise ${select('Normalise', entries(normaliseNames), reading.normalise, key => {
          const normalise = keysOf(normaliseNames).find(one => one === key);
          if (normalise !== undefined) change({ normalise });
        })}</label>
        <label>Show ${select('Show', entries(keepNames), reading.keep.by, key => {
          const by = keysOf(keepNames).find(one => one === key);
          if (by !== undefined) change({ keep: firstKeep[by] });
        })}</label>
        ${keepValue(reading.keep, keep => change({ keep }))}
        ${scale === undefined ? nothing : html`<label title="Automatic: linear, or the square root where nearly all weights are far below the largest">Scale ${select('Scale', entries(scaleNames), scale.chosen, key => {
          const chosen = keysOf(scaleNames).find(one => one === key);
          if (chosen !== undefined) scale.choose(chosen);
        })}</label>`}
        <label><input type="checkbox" .checked=${reading.hideSpecial} @change=${toggled(hideSpecial => change({ hideSpecial }))}>Hide special tokens</label>
        <label title=${hasValues ? 'Each weight times the norm of the value that it weighs, without the output projection (Kobayashi et al. 2020 include it)' : 'The values of this layer cannot be read'}>
          <input type="checkbox" .checked=${reading.valueWeighted} ?disabled=${!hasValues && !reading.valueWeighted} @change=${toggled(valueWeighted => change({ valueWeighted }))}>Value-weighted${hasValues ? '' : ' (the values of this layer cannot be read)'}</label>
        ${isFresh(reading) ? nothing : html`<button class="link" @click=${() => choose(freshReading)}>As the model gave it</button>`}
      </div>
    </details>`;
}

/** The number of what is shown. */
function keepValue(keep: MapReading['keep'], choose: (keep: MapReading['keep']) => void): TemplateResult | typeof nothing {
  switch (keep.by) {
    case 'all': return nothing;
    case 'weight': return number('Least weight', keep.least, { min: 0, max: 1, step: 0.01 }, least => choose({ by: 'weight', least }));
    case 'top': return number('How many of each row', keep.count, { min: 1, max: 100, step: 1 }, count => choose({ by: 'top', count: Math.round(count) }));
    case 'mass': return number('Share of each row', keep.mass, { min: 0.05, max: 1, step: 0.05 }, mass => choose({ by: 'mass', mass }));
  }
}

function number(label: string, value: number, { min, max, step }: { readonly min: number; readonly max: number; readonly step: number }, choose: (value: number) => void): TemplateResult {
  return html`<input type="number" aria-label=${label} title=${label} min=${min} max=${max} step=${step} .value=${String(value)} @change=${({ target }: Event) => {
    if (!(target instanceof HTMLInputElement)) return;
    const wanted = target.valueAsNumber;
    if (Number.isFinite(wanted)) choose(Math.max(min, Math.min(max, wanted)));
    target.value = String(Number.isFinite(wanted) ? Math.max(min, Math.min(max, wanted)) : value);
  }}>`;
}

function toggled(choose: (isOn: boolean) => void): (event: Event) => void {
  return ({ target }) => {
    if (target instanceof HTMLInputElement) choose(target.checked);
  };
}

function keysOf<Key extends string>(names: Readonly<Record<Key, string>>): readonly Key[] {
  return Object.keys(names) as Key[];
}

function entries(names: Readonly<Record<string, string>>): readonly { readonly key: string; readonly name: string }[] {
  return Object.entries(names).map(([key, name]) => ({ key, name }));
}

export const readingStyles = css`
  .reading { flex: none; margin: 0 0 6px; }
  .reading summary { cursor: pointer; width: fit-content; max-width: 100%; line-height: 1.5; border-radius: 2px; }
  .reading summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  .reading-choices { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 6px 0 2px; }
  .reading-choices label { display: flex; align-items: center; gap: 6px; min-width: 0; }
`;
