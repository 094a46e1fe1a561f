/** A picture that says what it is: a drawing on the theme's ground, with its name above, and what its colours mean below. */
import type { Context } from './surface.ts';
import type { MapTheme } from './theme.ts';

/** What is written around a drawing. */
export interface Caption {
  /** Which model's, and which map. */
  readonly title: string;
  /** How it is read; empty where it is as the model gave it. */
  readonly note: string;
}

/** What colours mean: a scale between two numbers, or a colour with its name. */
export type Key =
  | { readonly of: 'scale'; readonly drawing: OffscreenCanvas; readonly from: string; readonly to: string; readonly said: string }
  | { readonly of: 'colour'; readonly colour: string; readonly name: string };

export interface Framed {
  readonly drawing: OffscreenCanvas | HTMLCanvasElement;
  readonly ratio: number;
  readonly theme: MapTheme;
  readonly caption: Caption;
  readonly keys: readonly Key[];
}

const margin = 12;
const small = 0.85;
const lineShare = 1.5;
const gap = 6;
/** A drawing of a few words is narrower than what is said of it. */
const leastWidth = 320;

export function framed({ drawing, ratio, theme, caption, keys }: Framed): Promise<Blob> | undefined {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  const size = theme.fontSize * ratio;
  const [title, text] = [`600 ${size}px ${theme.fontFamily}`, `${small * size}px ${theme.fontFamily}`];
  const [edge, line] = [margin * ratio, Math.round(lineShare * size)];
  context.font = text;
  const width = Math.max(leastWidth * ratio, drawing.width, ...keys.map(key => keyWidth(context, key, ratio)));
  const titles = wrapped(context, title, caption.title, width);
  const notes = wrapped(context, text, caption.note, width);
  context.font = text;
  const rows = keyRows(context, keys, width, ratio);
  canvas.width = Math.ceil(width + 2 * edge);
  canvas.height = Math.ceil(2 * edge + (titles.length + rows.length + notes.length) * line + drawing.height + gap * ratio);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  let y = edge;
  const write = (lines: readonly string[], font: string, colour: string): void => {
    context.font = font;
    context.fillStyle = colour;
    for (const said of lines) {
      context.fillText(said, edge, y + line / 2);
      y += line;
    }
  };
  write(titles, title, theme.foreground);
  context.drawImage(drawing, edge, y);
  y += drawing.height + gap * ratio;
  context.font = text;
  for (const row of rows) {
    for (const { key, x } of row) drawKey(context, key, edge + x, y + line / 2, theme, ratio);
    y += line;
  }
  write(notes, text, theme.muted);
  return canvas.convertToBlob({ type: 'image/png' });
}

interface PlacedKey {
  readonly key: Key;
  readonly x: number;
}

/** As many beside each other as there is room for. */
function keyRows(context: Context, keys: readonly Key[], width: number, ratio: number): readonly (readonly PlacedKey[])[] {
  const rows: PlacedKey[][] = [];
  let x = 0;
  for (const key of keys) {
    const wide = keyWidth(context, key, ratio);
    const row = rows.at(-1);
    if (row === undefined || x + wide > width) {
      rows.push([{ key, x: 0 }]);
      x = wide + 2 * gap * ratio;
    } else {
      row.push({ key, x });
      x += wide + 2 * gap * ratio;
    }
  }
  return rows;
}

function keyWidth(context: Context, key: Key, ratio: number): number {
  const width = (text: string): number => context.measureText(text).width;
  if (key.of === 'colour') return width('M') + gap * ratio + width(key.name);
  return width(key.from) + key.drawing.width + width(key.to) + width(key.said) + 3 * gap * ratio;
}

function drawKey(context: Context, key: Key, x: number, middle: number, { foreground, muted }: MapTheme, ratio: number): void {
  const side = Math.round(context.measureText('M').width);
  if (key.of === 'colour') {
    context.fillStyle = key.colour;
    context.fillRect(x, Math.round(middle - side / 2), side, side);
    context.fillStyle = foreground;
    context.fillText(key.name, x + side + gap * ratio, middle);
    return;
  }
  context.fillStyle = muted;
  let at = x;
  for (const part of [key.from, key.drawing, key.to, key.said]) {
    if (typeof part === 'string') {
      context.fillText(part, at, middle);
      at += context.measureText(part).width + gap * ratio;
    } else {
      context.drawImage(part, Math.round(at), Math.round(middle - part.height / 2));
      at += part.width + gap * ratio;
    }
  }
}

function wrapped(context: Context, font: string, text: string, width: number): readonly string[] {
  context.font = font;
  const lines: string[] = [];
  for (const word of text.split(' ').filter(part => part !== '')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
