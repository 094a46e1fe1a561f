/**
 * The script of a page with a choice of maps. The matrix is a drawing, since a table of a long text would have a million cells;
 * the texts' tokens can be walked through with the arrow keys, and say what they look at.
 */
import { shareOf } from '../../protocol/map-bytes.ts';

export const attentionScript = `
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const layerChoice = document.getElementById('layer');
const headChoice = document.getElementById('head');
const readout = document.querySelector('.readout');
const matrix = document.querySelector('.matrix');
const overlay = document.querySelector('.picture canvas');
const resting = readout.textContent;
const sides = ['source', 'target', 'read'];
const tokens = Object.fromEntries(sides.map(side => [side, [...document.querySelectorAll('.' + side + ' span')]]));
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
let map;
let margin = { left: 0, top: 0, cell: 1 };

for (const [index, { name }] of data.layers.entries()) layerChoice.add(new Option(name, index));

const shareOf = ${shareOf.toString()};

/** The weights of a layer's head, or of their mean; [row · column]. NaN where there is nothing to compare. */
function weightsOf({ heads, rows, columns, bytes, isSigned, full }, head) {
  const codes = Uint8Array.from(atob(bytes), one => one.charCodeAt(0));
  const size = rows * columns;
  const weights = new Float32Array(size);
  const chosen = head === 'mean' ? [...Array(heads).keys()] : [Number(head)];
  for (const one of chosen) {
    for (let place = 0; place < size; place++) {
      const code = codes[one * size + place];
      weights[place] += (isSigned && code === 0 ? NaN : full * shareOf(code, isSigned)) / chosen.length;
    }
  }
  return weights;
}

function chooseLayer() {
  const layer = data.layers[layerChoice.value];
  const before = headChoice.value || String(data.head);
  headChoice.replaceChildren();
  if (layer.heads > 1) headChoice.add(new Option('mean of all', 'mean'));
  for (let head = 0; head < layer.heads; head++) headChoice.add(new Option(String(head + 1), head));
  if ([...headChoice.options].some(({ value }) => value === before)) headChoice.value = before;
  chooseHead();
}

function chooseHead() {
  const layer = data.layers[layerChoice.value];
  map = { ...layer, weights: weightsOf(layer, headChoice.value) };
  map.full = map.weights.reduce(larger, 0) || 1;
  draw();
  clear();
}

const nameOf = (side, index) => data.image ? 'patch ' + index : (data[side]?.[index] ?? 'position ' + index);
const larger = (most, weight) => Math.max(most, Math.abs(weight) || 0);
const shadeOf = weight => colour(weight < 0 ? '--against' : '--heat');
const percent = weight => (weight > 0 && weight < 0.01 ? '<1' : String(Math.round(weight * 100))) + ' %';
const row = query => map.weights.subarray(query * map.columns, (query + 1) * map.columns);
const column = key => Float32Array.from({ length: map.rows }, (_, query) => map.weights[query * map.columns + key]);

function draw() {
  const cell = Math.max(1, Math.min(26, Math.floor(900 / Math.max(map.rows, map.columns))));
  const labelled = cell >= 11 && !data.image;
  const measure = side => Math.min(160, Math.max(20, ...Array.from({ length: side === 'rows' ? map.rows : map.columns }, (_, index) => 7.2 * nameOf(side === 'rows' ? map.queries : map.keys, index).length)));
  margin = { left: labelled ? measure('rows') + 8 : 0, top: labelled ? measure('columns') + 8 : 0, cell };
  const [width, height] = [margin.left + cell * map.columns + 2, margin.top + cell * map.rows + 2];
  const scale = Math.min(window.devicePixelRatio || 1, 4000 / Math.max(width, height));
  matrix.width = width * scale;
  matrix.height = height * scale;
  matrix.style.width = width + 'px';
  matrix.style.height = height + 'px';
  const context = matrix.getContext('2d');
  context.scale(scale, scale);
  context.fillStyle = colour('--empty') || '#8881';
  context.fillRect(margin.left, margin.top, cell * map.columns, cell * map.rows);
  const [heat, against] = [shadeOf(1), shadeOf(-1)];
  const gap = cell >= 8 ? 1 : 0;
  for (let query = 0; query < map.rows; query++) {
    for (let key = 0; key < map.columns; key++) {
      const weight = map.weights[query * map.columns + key];
      if (Number.isNaN(weight)) hatch(context, margin.left + key * cell, margin.top + query * cell, cell - gap);
      if (!(Math.abs(weight) >= map.full / 250)) continue;
      context.fillStyle = weight < 0 ? against : heat;
      context.globalAlpha = Math.abs(weight) / map.full;
      context.fillRect(margin.left + key * cell, margin.top + query * cell, cell - gap, cell - gap);
    }
  }
  context.globalAlpha = 1;
  if (!labelled) return;
  context.fillStyle = colour('--ink');
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (let query = 0; query < map.rows; query++) context.fillText(nameOf(map.queries, query).slice(0, 22), margin.left - 6, margin.top + (query + 0.5) * cell);
  context.textAlign = 'left';
  for (let key = 0; key < map.columns; key++) {
    context.save();
    context.translate(margin.left + (key + 0.5) * cell, margin.top - 6);
    context.rotate(-Math.PI / 2);
    context.fillText(nameOf(map.keys, key).slice(0, 22), 0, 0);
    context.restore();
  }
}

/** What stands in one of two texts only. */
function hatch(context, x, y, side) {
  context.globalAlpha = 0.5;
  context.strokeStyle = colour('--ink');
  context.beginPath();
  context.moveTo(x, y + side);
  context.lineTo(x + side, y);
  context.stroke();
}

/** Lays weights over the tokens of a side, or the patches. */
function tint(side, weights) {
  const full = weights.reduce(larger, 0) || 1;
  weights.forEach((weight, index) => {
    const token = tokens[side][index];
    if (token) token.style.background = 'color-mix(in oklab, ' + shadeOf(weight) + ' ' + Math.round((100 * Math.abs(weight)) / full) + '%, transparent)';
  });
  if (!overlay) return;
  const image = data.image;
  overlay.width = image.width;
  overlay.height = image.height;
  const context = overlay.getContext('2d');
  weights.forEach((weight, index) => {
    const patch = image.patches[index];
    if (!patch || (patch[2] === image.width && patch[3] === image.height && image.patches.length > 1)) return;
    context.fillStyle = shadeOf(weight);
    context.globalAlpha = (0.8 * Math.abs(weight)) / full;
    context.fillRect(...patch);
  });
}

function mean() {
  const sums = new Float32Array(map.columns);
  map.weights.forEach((weight, place) => { sums[place % map.columns] += weight / map.rows; });
  return sums;
}

function clear() {
  for (const element of document.querySelectorAll('.text span')) {
    element.classList.remove('lit');
    element.style.background = '';
  }
  if (overlay) tint(map.keys, mean());
  readout.textContent = resting;
}

function strongest(weights, side) {
  return [...weights].map((weight, index) => ({ weight, index })).filter(({ weight }) => !Number.isNaN(weight)).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 4)
    .map(({ weight, index }) => '“' + nameOf(side, index) + '” ' + percent(weight)).join(', ');
}

function pointQuery(query) {
  clear();
  tokens[map.queries][query]?.classList.add('lit');
  tint(map.keys, row(query));
  readout.textContent = '“' + nameOf(map.queries, query) + '” attends to ' + strongest(row(query), map.keys);
}

function pointKey(key) {
  clear();
  tokens[map.keys][key]?.classList.add('lit');
  tint(map.queries, column(key));
  readout.textContent = '“' + nameOf(map.keys, key) + '” is attended to by ' + strongest(column(key), map.queries);
}

for (const side of sides) {
  tokens[side].forEach((token, index) => {
    token.tabIndex = index === 0 ? 0 : -1;
    const point = () => (map.queries === side && index < map.rows ? pointQuery(index) : map.keys === side && index < map.columns ? pointKey(index) : clear());
    token.addEventListener('pointerenter', point);
    token.addEventListener('focus', point);
    token.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = step && tokens[side][index + step];
      if (!next) return;
      event.preventDefault();
      token.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  });
}

matrix.addEventListener('pointermove', event => {
  const [query, key] = [Math.floor((event.offsetY - margin.top) / margin.cell), Math.floor((event.offsetX - margin.left) / margin.cell)];
  if (query >= map.rows || key >= map.columns || (query < 0 && key < 0)) return;
  if (query < 0) return pointKey(key);
  pointQuery(query);
  if (key >= 0) readout.textContent = '“' + nameOf(map.queries, query) + '” gives “' + nameOf(map.keys, key) + '” ' + percent(row(query)[key]) + ' of its attention; ' + readout.textContent;
});
matrix.addEventListener('pointerleave', clear);
overlay?.addEventListener('pointermove', event => {
  const [x, y] = [event.offsetX * data.image.width / overlay.clientWidth, event.offsetY * data.image.height / overlay.clientHeight];
  const found = data.image.patches.findLastIndex(([left, top, width, height]) => x >= left && y >= top && x < left + width && y < top + height);
  if (found >= 0 && found < map.rows) pointQuery(found);
});
overlay?.addEventListener('pointerleave', clear);
layerChoice.addEventListener('change', chooseLayer);
headChoice.addEventListener('change', chooseHead);
document.addEventListener('keydown', event => { if (event.key === 'Escape') clear(); });
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
if (data.layers.length > 0) chooseLayer();
`;
