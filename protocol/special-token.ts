/** Whether a token spells nothing and goes by its name, as vocabularies have it: `</s>`, `<|endoftext|>`, `⟨slot⟩`, `[SEP]`, `[unused1]`. */
export function isSpecialToken(token: string): boolean {
  return /^(<[^<>\s]+>|⟨[^⟨⟩\s]+⟩|\[[A-Za-z_]+\d*\])$/u.test(token);
}
