/**
 * The script of a page: pointing at a word, a heading or a cell lights up its row and column and tints the words it
 * goes with; arrow keys walk through the table. All it needs to know stands in the markup, and without it the page is
 * still whole.
 */
export const htmlScript = `
'use strict';
const readout = document.querySelector('.readout');
const tables = [...document.querySelectorAll('table')];
const resting = readout.textContent;
const wordAt = (side, index) => document.querySelector('.' + side + ' [data-word="' + index + '"]');
const shadeOf = cell => [...cell.classList].find(name => /^w\\d+$/.test(name));
const headsOf = table => [...table.tHead.rows[0].cells].slice(1);
const nameOf = head => '“' + head.textContent + '”';

function clear() {
  for (const element of document.querySelectorAll('.lit')) element.classList.remove('lit');
  for (const element of document.querySelectorAll('.text [class]')) element.removeAttribute('class');
  for (const table of tables) table.classList.remove('pointing');
  readout.textContent = resting;
}

function tint(word, cell) {
  if (word) word.className = shadeOf(cell);
}

/** Lights up a row, a column, or (both given) a row and one of its cells. Places are 0-based among the words. */
function point(table, row, column) {
  clear();
  const heads = headsOf(table);
  const rows = [...table.tBodies[0].rows];
  const cells = rows.map(one => [...one.cells].slice(1));
  table.classList.add('pointing');
  cells.forEach((line, at) => line.forEach((cell, to) => {
    if (at === row || to === column) cell.classList.add('lit');
  }));
  if (row !== undefined) {
    const head = rows[row].cells[0];
    head.classList.add('lit');
    cells[row].forEach((cell, to) => tint(wordAt('source', heads[to].dataset.word), cell));
    wordAt('translation', head.dataset.word)?.classList.add('lit');
  }
  if (column !== undefined) {
    heads[column].classList.add('lit');
    if (row === undefined) cells.forEach((line, at) => tint(wordAt('translation', rows[at].cells[0].dataset.word), line[column]));
    wordAt('source', heads[column].dataset.word)?.classList.add('lit');
  }
  readout.textContent = describe(heads, rows, cells, row, column);
}

function describe(heads, rows, cells, row, column) {
  const percent = cell => cell.firstChild.data + ' %';
  const strongest = pairs => pairs.sort((a, b) => parseInt(b[1].firstChild.data) - parseInt(a[1].firstChild.data))
    .slice(0, 3).map(([head, cell]) => nameOf(head) + ' ' + percent(cell)).join(', ');
  if (row === undefined) return nameOf(heads[column]) + ' is attended to by ' + strongest(cells.map((line, at) => [rows[at].cells[0], line[column]]));
  if (column === undefined) return nameOf(rows[row].cells[0]) + ' attends to ' + strongest(cells[row].map((cell, to) => [heads[to], cell]));
  return nameOf(rows[row].cells[0]) + ' gives ' + nameOf(heads[column]) + ' ' + percent(cells[row][column]) + ' of its attention';
}

function pointAt(target) {
  const cell = target.closest('td, th');
  if (cell?.closest('table')) {
    const row = cell.parentElement.sectionRowIndex;
    const column = cell.cellIndex - 1;
    if (cell.tagName === 'TD') return point(cell.closest('table'), row, column);
    if (cell.scope === 'row') return point(cell.closest('table'), row, undefined);
    if (column >= 0) return point(cell.closest('table'), undefined, column);
  }
  const word = target.closest('[data-word]');
  if (!word) return clear();
  const ofSource = word.closest('.source') !== null;
  for (const table of tables) {
    const heads = ofSource ? headsOf(table) : [...table.tBodies[0].rows].map(one => one.cells[0]);
    const at = heads.findIndex(head => head.dataset.word === word.dataset.word);
    if (at >= 0) return ofSource ? point(table, undefined, at) : point(table, at, undefined);
  }
  clear();
}

function walk(event) {
  const cell = event.target.closest('td');
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (event.key === 'Escape') return clear();
  if (!cell || event.ctrlKey || event.altKey || event.metaKey) return;
  const body = cell.closest('tbody');
  const row = cell.parentElement;
  const [down, right] = steps[event.key] ?? [0, 0];
  const next = event.key === 'Home' ? row.cells[1]
    : event.key === 'End' ? row.cells[row.cells.length - 1]
    : body.rows[row.sectionRowIndex + down]?.cells[cell.cellIndex + right];
  if (!(event.key in steps) && event.key !== 'Home' && event.key !== 'End') return;
  event.preventDefault();
  if (next?.tagName !== 'TD') return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

for (const table of tables) {
  table.setAttribute('role', 'grid');
  for (const cell of table.querySelectorAll('td')) cell.tabIndex = -1;
  table.tBodies[0].rows[0].cells[1].tabIndex = 0;
}
document.addEventListener('pointerover', event => pointAt(event.target));
document.addEventListener('pointerleave', clear);
document.addEventListener('focusin', event => pointAt(event.target));
document.addEventListener('focusout', clear);
document.addEventListener('keydown', walk);
`;
