/** Beside the squares: what a head does that is shown alone. */
import { css, html, type TemplateResult } from 'lit';

/** @param roles by head, none while they are not known: it has its place all the same, so that nothing moves when another head is chosen */
export function rolesLine(heads: readonly number[], roles: readonly string[]): TemplateResult {
  const [head, ...others] = heads;
  const role = head === undefined || others.length > 0 ? undefined : roles[head];
  const said = head === undefined || role === undefined ? '' : `Head ${head + 1}: ${role === '' ? 'no known role' : role}`;
  return html`<p class="roles" title=${said}>${said}</p>`;
}

export const rolesLineStyles = css`
  .roles { flex: 1 1 110px; min-width: 0; min-height: 1.4em; margin: 0; line-height: 1.4; color: var(--map-muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
`;
