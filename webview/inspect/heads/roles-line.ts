/** Below the squares: what a head does that is shown alone. */
import { css, html, nothing, type TemplateResult } from 'lit';

/** @param roles by head, none while they are not known: there is room for it from the start, so that nothing moves then */
export function rolesLine(heads: readonly number[], roles: readonly string[]): TemplateResult | typeof nothing {
  const [head, ...others] = heads;
  if (head === undefined || others.length > 0) return nothing;
  const said = roles[head];
  return html`<p class="roles">${said === undefined ? nothing : `Head ${head + 1}: ${said === '' ? 'no known role' : said}`}</p>`;
}

export const rolesLineStyles = css`
  .roles { flex: none; min-height: 1.4em; margin: 0 0 4px; line-height: 1.4; color: var(--map-muted); }
`;
