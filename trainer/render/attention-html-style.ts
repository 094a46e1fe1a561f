/** The stylesheet of a page with a choice of maps: the colours are those of the page with one (html-style.ts). */
export const attentionStyle = `
:root{color-scheme:light dark;--paper:#fffdf9;--ink:#1f1d1a;--quiet:#6b665e;--line:#e9e3d8;--heat:#f59300;--against:#0a6ed1;--mark:#a35200;--empty:color-mix(in oklab,var(--ink) 4%,var(--paper))}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--ink:#ece8e1;--quiet:#a09a8f;--line:#34302b;--heat:#ff9f1c;--against:#3794ff;--mark:#ffc069}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:72rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem)}
.model{margin:0 0 .75rem;color:var(--quiet);font-size:.8rem;letter-spacing:.04em;overflow-wrap:anywhere}
.choice{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:0 0 1.5rem}
select{font:inherit;padding:.15em .4em;color:var(--ink);background:var(--paper);border:1px solid var(--quiet);border-radius:.3rem}
.text{margin:0 0 .75rem;max-width:50rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:1.1rem;line-height:1.75}
.target{font-weight:600}
.text span{border-radius:.2em;cursor:default;outline-offset:1px}
.text span:focus-visible{outline:2px solid var(--ink)}
.text .chip{margin:0 .15em;padding:0 .25em;color:var(--quiet);font:.75em ui-monospace,monospace;border:1px solid var(--line)}
.text .lit,.chip.lit{box-shadow:inset 0 -.16em var(--mark)}
.picture{position:relative;display:inline-block;margin:0 0 .75rem;max-width:100%}
.picture img{display:block;max-width:100%;min-width:min(20rem,100%);height:auto;image-rendering:auto}
.picture canvas{position:absolute;inset:0;width:100%;height:100%}
.readout{position:sticky;top:0;z-index:3;min-height:2.6em;margin:0 -.5rem;padding:.55em .5rem;background:var(--paper);color:var(--quiet);font-size:.9rem}
.scroll{overflow:auto;max-width:100%}
.matrix{display:block}
.note,.warnings{max-width:46rem;margin:1rem 0 0;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
.warnings{padding:.7rem 1rem .7rem 2rem;border:1px solid var(--line);border-left:3px solid var(--heat);border-radius:.3rem;color:var(--ink)}
@media print{.readout,.choice{display:none}}
`;
