/** Draws a picture and what a model looked at over it, in device pixels. */
import type { Patch } from '../../protocol/classification.ts';
import type { Size } from '../map/layout.ts';
import { intensity } from '../../protocol/intensity.ts';
import type { MapTheme } from '../map/theme.ts';
import type { Overlay } from './image-view.ts';

export interface ImageScene {
  readonly picture: ImageBitmap;
  readonly patches: readonly Patch[];
  /** `undefined` where nothing is drawn over the picture. */
  readonly overlay: Overlay | undefined;
  /** How opaque the most attended patch is, 0…1. */
  readonly strength: number;
  readonly theme: MapTheme;
  /** The patch that is pointed at. */
  readonly patch: number | undefined;
  readonly pixels: Size;
  readonly ratio: number;
}

/** In a picture no larger than this beside its drawing, every pixel is a square. */
export function isSmall(picture: Size, drawn: Size): boolean {
  return drawn.width > picture.width;
}

/** How large a picture is drawn, in CSS pixels: as the room allows, and a small one at a whole multiple. */
export function fit(picture: Size, room: Size): Size {
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  const whole = scale > 1 ? Math.floor(scale) : scale;
  return { width: Math.max(1, Math.round(picture.width * whole)), height: Math.max(1, Math.round(picture.height * whole)) };
}

export function drawImage(context: CanvasRenderingContext2D, scene: ImageScene): void {
  const { picture, pixels, patches, patch, theme, ratio } = scene;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, pixels.width, pixels.height);
  context.imageSmoothingEnabled = !isSmall(picture, pixels);
  context.imageSmoothingQuality = 'high';
  // The model is given what is transparent over white.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, pixels.width, pixels.height);
  context.drawImage(picture, 0, 0, pixels.width, pixels.height);
  if (scene.overlay !== undefined) drawOverlay(context, scene, scene.overlay);
  const pointed = patch === undefined ? undefined : patches[patch];
  if (pointed !== undefined) outline(context, boxOf(pointed, scene), theme, ratio);
}

function drawOverlay(context: CanvasRenderingContext2D, scene: ImageScene, { weights, full }: Overlay): void {
  const { theme, strength, ratio } = scene;
  scene.patches.forEach((patch, index) => {
    const share = Math.max(-1, Math.min(1, (weights[index] ?? 0) / full));
    const opacity = intensity(Math.abs(share)) * strength;
    if (opacity === 0) return;
    const box = boxOf(patch, scene);
    const colour = share < 0 ? theme.against : theme.heat;
    context.globalAlpha = opacity;
    context.fillStyle = colour;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.globalAlpha = 1;
    if (!theme.highContrast) return;
    // A square whose area is the weight tells it without colour, and a cross that it is against.
    const side = Math.sqrt(Math.abs(share));
    context.strokeStyle = colour;
    context.lineWidth = Math.max(1, Math.round(1.5 * ratio));
    const [width, height] = [box.width * side - context.lineWidth, box.height * side - context.lineWidth];
    if (width <= 0 || height <= 0) return;
    const [left, top] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
    context.strokeRect(left, top, width, height);
    if (share < 0) crossOut(context, { x: left, y: top, width, height });
  });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rounded once, so that neighbours share their edges. */
function boxOf(patch: Patch, { picture, pixels }: ImageScene): Box {
  const [across, down] = [pixels.width / picture.width, pixels.height / picture.height];
  const [x, y] = [Math.round(patch.x * across), Math.round(patch.y * down)];
  return { x, y, width: Math.round((patch.x + patch.width) * across) - x, height: Math.round((patch.y + patch.height) * down) - y };
}

function crossOut(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + width, y + height);
  context.moveTo(x + width, y);
  context.lineTo(x, y + height);
  context.stroke();
}

/** Two lines, light and dark: one of them shows on any picture. */
function outline(context: CanvasRenderingContext2D, box: Box, theme: MapTheme, ratio: number): void {
  const width = Math.max(1, Math.round(1.5 * ratio));
  context.lineWidth = width;
  context.strokeStyle = theme.outline;
  context.strokeRect(box.x + width / 2, box.y + width / 2, box.width - width, box.height - width);
  context.strokeStyle = theme.background;
  context.strokeRect(box.x + 1.5 * width, box.y + 1.5 * width, box.width - 3 * width, box.height - 3 * width);
}
