import { escapeMarkup } from '../escape.ts';
import { printableWord } from '../printable.ts';
import { colours, type Label, type Line, type Rectangle, type Scene, type Shape } from './scene.ts';

/** Text stays text, in whatever of these fonts is there; cells of one shade are one path. */
export function renderScene({ width, height, title, description, shapes }: Scene): string {
  const [w, h] = [number(width), number(height)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-labelledby="title" aria-describedby="desc" font-family="Helvetica, Arial, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', sans-serif">
<title id="title">${text(title)}</title>
<desc id="desc">${text(description)}</desc>
<path fill="${colours.paper}" d="M0 0h${w}v${h}h-${w}z"/>
${shapes.map(renderShape).join('\n')}
</svg>
`;
}

function renderShape(shape: Shape): string {
  switch (shape.kind) {
    case 'rectangles': {
      const { x, y, unit, colour, opacity, rectangles } = shape;
      return `<path transform="translate(${number(x)} ${number(y)}) scale(${number(unit)})" shape-rendering="crispEdges" fill="${colour}"${opacityOf('fill-opacity', opacity)} d="${rectangles.map(rectangle).join('')}"/>`;
    }
    case 'strokes': {
      const { colour, opacity, thickness, lines } = shape;
      return `<path fill="none" stroke="${colour}"${opacityOf('stroke-opacity', opacity)} stroke-width="${number(thickness)}" d="${lines.map(stroke).join('')}"/>`;
    }
    case 'label':
      return renderLabel(shape);
  }
}

function renderLabel({ text: written, x, y, size, colour, anchor, turn }: Label): string {
  const place = turn === 0 ? `x="${number(x)}" y="${number(y)}"` : `transform="translate(${number(x)} ${number(y)}) rotate(${number(-turn)})"`;
  return `<text ${place} font-size="${number(size)}" fill="${colour}"${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${text(written)}</text>`;
}

function rectangle({ x, y, width, height }: Rectangle): string {
  return `M${number(x)} ${number(y)}h${number(width)}v${number(height)}h${number(-width)}z`;
}

function stroke({ from, to }: Line): string {
  return `M${number(from[0])} ${number(from[1])}L${number(to[0])} ${number(to[1])}`;
}

function opacityOf(attribute: string, opacity: number): string {
  return opacity === 1 ? '' : ` ${attribute}="${number(opacity)}"`;
}

const text = (written: string): string => escapeMarkup(printableWord(written));

/** To a thousandth, which no printer shows. */
function number(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
