/** What the model made of held-out sentences, the newest first. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { countText } from '../../../protocol/quantities.ts';
import type { RunSample } from '../../../protocol/runs.ts';

export function sampleList(samples: readonly RunSample[], earlier: number): TemplateResult {
  const steps = [...new Set(samples.map(({ step }) => step))].sort((one, other) => other - one);
  return html`
    <table class="samples">
      <thead><tr><th scope="col">Step</th><th scope="col">Source</th><th scope="col">Written</th><th scope="col">Reference</th></tr></thead>
      ${steps.map(step => {
        const of = samples.filter(sample => sample.step === step);
        return html`<tbody>${of.map(({ source, target, reference }, index) => html`
          <tr>
            ${index === 0 ? html`<th scope="rowgroup" rowspan=${of.length}>${step.toLocaleString('en')}</th>` : nothing}
            <td dir="auto">${source}</td><td dir="auto" class=${target === reference ? 'same' : ''}>${target}</td><td dir="auto">${reference}</td>
          </tr>`)}</tbody>`;
      })}
    </table>
    ${earlier > 0 ? html`<p class="earlier">${countText(earlier)} earlier ${earlier === 1 ? 'sample is' : 'samples are'} in events.jsonl.</p>` : nothing}`;
}

export const sampleStyles = css`
  .samples { border-collapse: collapse; margin-top: 8px; line-height: 1.45; }
  .samples thead th { position: sticky; top: 0; text-align: start; font-weight: normal; color: var(--map-muted); background: var(--vscode-editor-background); }
  .samples th, .samples td { padding: 4px 16px 4px 0; vertical-align: top; text-align: start; }
  .samples tbody th { font-weight: 600; font-variant-numeric: tabular-nums; padding-inline-end: 20px; }
  .samples tbody { border-top: 1px solid var(--line); }
  .samples td { width: 33%; overflow-wrap: anywhere; user-select: text; }
  .samples td.same { text-decoration: underline; text-decoration-color: var(--vscode-charts-green, currentColor); text-underline-offset: 3px; }
  .earlier { color: var(--map-muted); }
`;
