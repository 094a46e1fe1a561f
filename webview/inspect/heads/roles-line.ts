/** Beside the squares: what the heads do that are shown. */
import { css, html, type TemplateResult } from 'lit';

/** @param roles by head, none while they are not known: it has its place all the same, so that nothing moves when another head is chosen */
export function rolesLine(heads: readonly number[], roles: readonly string[]): TemplateResult {
  const said = rolesInWords(heads, roles);
  return html`<p class="roles" title=${said}>${said}</p>`;
}

/** Of several heads only those that have one are named. */
export function rolesInWords(heads: readonly number[], roles: readonly string[]): string {
  if (heads.length === 0 || roles.length === 0) return '';
  const known = heads.flatMap(head => roles[head] === undefined || roles[head] === '' ? [] : [`${head + 1}: ${roles[head]}`]);
  const [one] = heads;
  if (heads.length === 1) return `Head ${known[0] ?? `${(one ?? 0) + 1}: no known role`}`;
  return known.length === 0 ? 'No known roles' : `${known.length === 1 ? 'Head' : 'Heads'} ${known.join(', ')}`;
}

export const rolesLineStyles = css`
  .roles { flex: 1 1 110px; min-width: 0; min-height: 1.4em; margin: 0; line-height: 1.4; color: var(--map-muted); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
`;
