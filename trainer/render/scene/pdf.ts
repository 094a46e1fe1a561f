/** A scene as PDF. pdfkit writes the file, and shapes and cuts the fonts (docs/decisions/0021). */
import PDFDocument from 'pdfkit';
import { printableWord } from '../printable.ts';
import { type Face, Fonts, type Run } from './fonts.ts';
import { colours, type Label, type Scene, type Shape } from './scene.ts';

export interface Pdf {
  readonly bytes: Uint8Array;
  /** Letters that no font at hand has. */
  readonly missing: readonly string[];
}

export async function pdfOf({ width, height, title, description, shapes }: Scene, fonts = new Fonts()): Promise<Pdf> {
  // Drawing does not wait: fonts are looked for before.
  const drawn: { readonly shape: Shape; readonly runs: readonly Run[] }[] = [];
  for (const shape of shapes) drawn.push({ shape, runs: shape.kind === 'label' ? await fonts.runsOf(printableWord(shape.text)) : [] });
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    lang: 'en',
    displayTitle: true,
    pdfVersion: '1.7',
    tagged: true,
    info: { Title: printableWord(title), Subject: printableWord(description), Creator: 'Attention Scope' },
  });
  const written = collect(document);
  const names = new FontNames(document);
  document.addStructure(document.struct('Figure', { alt: printableWord(description) }, () => {
    document.rect(0, 0, width, height).fill(colours.paper);
    for (const { shape, runs } of drawn) {
      document.save();
      if (shape.kind === 'label') drawLabel(document, shape, runs, names);
      else drawShape(document, shape);
      document.restore();
    }
  }));
  document.end();
  return { bytes: await written, missing: fonts.missing };
}

function drawShape(document: PDFKit.PDFDocument, shape: Exclude<Shape, Label>): void {
  if (shape.kind === 'rectangles') {
    document.translate(shape.x, shape.y).scale(shape.unit);
    for (const { x, y, width, height } of shape.rectangles) document.rect(x, y, width, height);
    document.fillOpacity(shape.opacity).fill(shape.colour);
  } else {
    for (const { from, to } of shape.lines) document.moveTo(...from).lineTo(...to);
    document.lineWidth(shape.thickness).strokeOpacity(shape.opacity).stroke(shape.colour);
  }
}

function drawLabel(document: PDFKit.PDFDocument, { x, y, size, colour, anchor, turn }: Label, runs: readonly Run[], names: FontNames): void {
  const widths = runs.map(({ text, face }) => document.font(names.nameOf(face), size).widthOfString(text));
  const all = widths.reduce((sum, width) => sum + width, 0);
  let at = { start: 0, middle: -all / 2, end: -all }[anchor];
  document.translate(x, y).rotate(-turn).fillColor(colour);
  runs.forEach(({ text, face }, index) => {
    document.font(names.nameOf(face), size).text(text, at, 0, { lineBreak: false, baseline: 'alphabetic' });
    at += widths[index] ?? 0;
  });
}

/** Fonts are named once a document, so that each is taken along once. */
class FontNames {
  readonly #names = new Map<Face, string>();

  constructor(private readonly document: PDFKit.PDFDocument) {}

  nameOf(face: Face | undefined): string {
    if (face === undefined) return 'Helvetica';
    const known = this.#names.get(face);
    if (known !== undefined) return known;
    const name = `font ${this.#names.size}`;
    this.document.registerFont(name, face.bytes, face.name);
    this.#names.set(face, name);
    return name;
  }
}

function collect(document: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    document.on('data', (part: Uint8Array) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.on('error', reject);
  });
}
