/** Above a map: of which layer it is, of which heads, and how several become one. */
import '../heads/head-squares.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Inspection, MapChoice } from '../../../protocol/inspection.ts';
import { kindNames } from '../../../protocol/map-name.ts';
import { select } from '../../panel/select.ts';
import { layerChooser } from '../heads/choosers.ts';
import type { SquaresEvent } from '../heads/head-squares.ts';
import { rolesLine, rolesLineStyles } from '../heads/roles-line.ts';
import { combinationNames, combinationOf, combinationsOf, combined, headsOf, kindsOf, layerOf, ownHeadName, ownMapName, whyNot, withHeads } from './choices.ts';

/** @param roles of each head of the layer, none while they are not known; left out, nothing is said of them */
export function choiceBar(inspection: Inspection, choice: MapChoice, choose: (choice: MapChoice) => void, roles?: readonly string[]): TemplateResult | typeof nothing {
  const [layer, heads] = [layerOf(choice, inspection), headsOf(choice, inspection)];
  if (layer === undefined || heads === undefined) return nothing;
  return html`
    <div class="choices-bar" role="group" aria-label="Which map">
      ${choice.of === 'layers' ? kindChooser(inspection, choice, choose) : layerChooser(inspection.layers, heads, chosen => choose(withHeads(choice, chosen, inspection)))}
      ${choice.of === 'heads' && layer.heads > 1 ? html`
        <head-squares .count=${layer.heads} .shown=${heads.heads} .roles=${roles ?? []}
          @heads=${({ detail }: SquaresEvent) => choose(withHeads(choice, { ...heads, heads: detail }, inspection))}></head-squares>` : nothing}
      ${combinationChooser(inspection, choice, choose)}
      ${roles !== undefined && layer.heads > 1 ? rolesLine(choice.of === 'heads' ? heads.heads : [], roles) : nothing}
    </div>`;
}

function kindChooser(inspection: Inspection, choice: MapChoice, choose: (choice: MapChoice) => void): TemplateResult | typeof nothing {
  const kinds = kindsOf(inspection);
  if (kinds.length < 2) return nothing;
  return select('Kind of attention', kinds.map(kind => ({ key: kind, name: kindNames[kind].long })), choice.kind, key => {
    const kind = kinds.find(one => one === key);
    if (kind !== undefined) choose({ ...choice, kind });
  });
}

function combinationChooser(inspection: Inspection, choice: MapChoice, choose: (choice: MapChoice) => void): TemplateResult | typeof nothing {
  const layer = layerOf(choice, inspection);
  if (layer === undefined) return nothing;
  const chosen = combinationOf(choice);
  // One head is its own mean and its largest.
  const isOneHead = layer.heads > 1 && choice.of === 'heads' && choice.heads !== 'all' && choice.heads.length === 1;
  const own = isOneHead ? ownHeadName : layer.heads === 1 ? ownMapName : undefined;
  const offered = combinationsOf(layer, inspection)
    .filter(one => !isOneHead || (one !== 'mean' && one !== 'max') || one === chosen)
    .map(one => ({ one, name: own !== undefined && (one === 'mean' || one === 'max') ? own : combinationNames[one], why: whyNot(one, inspection, layer) }));
  if (offered.filter(({ why }) => why === undefined).length < 2) return nothing;
  return html`
    <select aria-label="Heads and layers as one map" title="Heads and layers as one map" @change=${({ target }: Event) => {
      const combination = target instanceof HTMLSelectElement ? offered.find(({ one }) => one === target.value)?.one : undefined;
      if (combination !== undefined) choose(combined(choice, combination, inspection));
    }}>${offered.map(({ one, name, why }) => html`
      <option value=${one} ?disabled=${why !== undefined} ?selected=${one === chosen} .selected=${live(one === chosen)}>${name}${why === undefined ? '' : ` (${why})`}</option>`)}</select>`;
}

export const choiceStyles = css`
  ${rolesLineStyles}
  .choices-bar { flex: none; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 2px 0 4px; }
  .choices-bar > select { max-width: 150px; }
  .choices-bar .layers { display: flex; align-items: center; gap: 2px; min-width: 0; }
  .choices-bar .layers select { max-width: 160px; }
  .choices-bar .layers button { display: flex; padding: 3px; color: inherit; background: none; border: 1px solid transparent; border-radius: 3px; cursor: pointer; }
  .choices-bar .layers button:hover:enabled { background: var(--vscode-toolbar-hoverBackground); outline: 1px dashed var(--vscode-toolbar-hoverOutline, transparent); }
  .choices-bar .layers button:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
  .choices-bar .layers button:disabled { opacity: 0.4; cursor: default; }
  .choices-bar .layers .previous .icon { rotate: 180deg; }
`;
