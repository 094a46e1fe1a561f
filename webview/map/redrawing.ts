/** When a view on a canvas is laid out and drawn anew: as its room, the theme or the screen changes, and once a frame at the most. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { keepCrisp, type Surface } from './surface.ts';
import { observeTheme } from './theme.ts';

export interface CanvasPainter {
  /** From now on it draws on this. */
  fit(surface: Surface): void;
  /** Colours and fonts are read again. */
  forgetTheme(): void;
}

export interface CanvasView {
  readonly canvas: HTMLCanvasElement;
  /** Elements whose sizes its layout depends on. */
  readonly boxes: readonly Element[];
  readonly painter: CanvasPainter;
  readonly arrange: () => void;
}

export class Redrawing implements ReactiveController {
  readonly #draw: () => void;
  #view: CanvasView | undefined;
  #frame = 0;
  #stops: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, draw: () => void) {
    this.#draw = draw;
    host.addController(this);
  }

  /** Follows it from now on, whenever its element is in the page. */
  follow(view: CanvasView): void {
    this.#view = view;
    this.#listen();
  }

  /** Draws in the next frame. */
  schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  hostConnected(): void {
    this.#listen();
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.splice(0)) stop();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #listen(): void {
    if (this.#view === undefined || this.#stops.length > 0) return;
    const { canvas, boxes, painter, arrange } = this.#view;
    const watchSize = new ResizeObserver(arrange);
    for (const box of boxes) watchSize.observe(box);
    this.#stops = [
      () => watchSize.disconnect(),
      observeTheme(() => {
        painter.forgetTheme();
        arrange();
      }),
      keepCrisp(canvas, surface => {
        painter.fit(surface);
        // Its canvas has just been emptied.
        this.#draw();
      }),
    ];
  }
}
