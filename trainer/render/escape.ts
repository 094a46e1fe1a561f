const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text as it stands in HTML and XML, between tags and in quoted attributes. What neither may contain (controls but tab
 * and line ends, lone surrogates, U+FFFE and U+FFFF) becomes U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\p{Surrogate}]/gu, '\ufffd')
    .replace(/[&<>"']/gu, character => entities[character] ?? '');
}
