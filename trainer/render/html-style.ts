/** Cells come in steps of 5 %, one class each, since the page's policy allows no inline style. */
export const shadeSteps = 20;

/**
 * The stylesheet of a page. `heading` is the length of the longest column heading in ems: slanted headings take up
 * room that CSS can't know.
 */
export function htmlStyle(heading: number): string {
  const slant = 50;
  const rise = heading * Math.sin((slant * Math.PI) / 180);
  const run = heading * Math.cos((slant * Math.PI) / 180);
  const shades = Array.from({ length: shadeSteps }, (_, step) =>
    `.w${step + 1}{background:color-mix(in oklab,var(--heat) ${((step + 1) * 100) / shadeSteps}%,var(--empty))}`);
  return `
:root{color-scheme:light dark;--paper:#fffdf9;--ink:#1f1d1a;--quiet:#6b665e;--line:#e9e3d8;--heat:#f59300;--mark:#a35200;--empty:color-mix(in oklab,var(--ink) 4%,var(--paper))}
:where(.source span[class]){color:var(--ink)}
@media(prefers-color-scheme:dark){:root{--paper:#171614;--ink:#ece8e1;--quiet:#a09a8f;--line:#34302b;--heat:#ff9f1c;--mark:#ffc069}
${Array.from({ length: 9 }, (_, step) => `.w${step + 12}`).join(',')}{color:#000}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:72rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem)}
.model{margin:0 0 1.25rem;color:var(--quiet);font-size:.8rem;letter-spacing:.04em}
.text{margin:0;max-width:46rem;white-space:pre-wrap;overflow-wrap:anywhere}
.source{color:var(--quiet);font-size:1.1rem}
.translation{margin:.35rem 0 1.5rem;font-size:clamp(1.5rem,3.2vw,2.1rem);font-weight:600;line-height:1.3;letter-spacing:-.01em}
.translation.long{font-size:1.15rem;font-weight:500;line-height:1.6;letter-spacing:0}
.text span{border-radius:.25em;box-shadow:0 0 0 .08em transparent;transition:background-color .12s}
.text .lit{text-decoration:underline .12em var(--mark);text-underline-offset:.22em}
.readout{position:sticky;top:0;z-index:3;min-height:2.6em;margin:0 -.5rem;padding:.55em .5rem;background:var(--paper);color:var(--quiet);font-size:.9rem}
.scroll{overflow-x:auto;margin-bottom:1.5rem;padding:0 ${run.toFixed(2)}em .5rem 0}
table{border-collapse:separate;border-spacing:2px;font-size:.95rem;outline:none}
thead th{position:relative;height:${(rise + 1).toFixed(2)}em;min-width:2.5rem;padding:0;font-weight:400}
thead th>span{position:absolute;left:55%;bottom:.15em;line-height:1;white-space:nowrap;transform:rotate(-${slant}deg);transform-origin:left bottom}
tbody th{position:sticky;left:0;z-index:2;padding:0 .7em 0 0;background:var(--paper);font-weight:400;text-align:right;white-space:nowrap}
td{min-width:2.5rem;height:2.1rem;border-radius:.3rem;text-align:center;font-size:.78rem;font-variant-numeric:tabular-nums;transition:opacity .12s}
td.w0{color:var(--quiet);background:var(--empty)}
td.linked{box-shadow:inset 0 0 0 2px var(--mark);font-weight:600}
td:focus-visible{outline:2px solid var(--ink);outline-offset:1px}
.pointing td:not(.lit){opacity:.45}
.dense thead th,.dense td{min-width:1.95rem}
.dense td{height:1.8rem;font-size:.72rem}
th.lit{color:var(--mark);font-weight:600}
.legend{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.5rem;margin:0 0 1.5rem;color:var(--quiet);font-size:.82rem}
.scale{display:inline-flex;align-items:center;gap:.5em}
.scale i{display:inline-block;width:7rem;height:.8rem;border-radius:.25rem;background:linear-gradient(90deg,var(--empty),var(--heat))}
.ring{display:inline-block;width:1.1rem;height:.9rem;margin-right:.5em;border-radius:.25rem;box-shadow:inset 0 0 0 2px var(--mark);vertical-align:-.1em}
.note,.warnings{max-width:46rem;margin:0;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem}
.warnings{margin-bottom:1rem;padding:.7rem 1rem .7rem 2rem;border:1px solid var(--line);border-left:3px solid var(--heat);border-radius:.3rem;color:var(--ink)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.text .w0{background:none}
${shades.join('\n')}
@media(prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{.readout{display:none}.scroll{overflow:visible}}
@media(forced-colors:active){td.linked{outline:2px solid}td.lit{outline:1px dashed}}
`;
}
