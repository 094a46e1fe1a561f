/** What hands do to a map: the pointer drags it, the wheel with Control or ⌘ and two fingers zoom it. Everything else scrolls by itself. */

export interface Gestures {
  /** It is to move by so many CSS pixels, as a hand moved it. */
  drag(x: number, y: number): void;
  /** It is to grow by a factor about a point of the window. */
  zoom(factor: number, at: { readonly x: number; readonly y: number }): void;
}

/** So far a hand may tremble in a click, in CSS pixels. */
const tremble = 4;
/** A wheel's notch of 100 zooms by about a fifth; a pinch on a touch pad comes as a wheel in small steps. */
const perWheelPixel = 0.002;
const largestWheel = 120;

export function listenToGestures(element: HTMLElement, { drag, zoom }: Gestures): void {
  const on = <Type extends keyof HTMLElementEventMap>(type: Type, listener: (event: HTMLElementEventMap[Type]) => void, options: AddEventListenerOptions = {}): void =>
    element.addEventListener(type, listener, options);

  on('wheel', event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
    const clamped = Math.max(-largestWheel, Math.min(largestWheel, pixels));
    // Pinches come in small steps, with Control although no key is down.
    const speed = Number.isInteger(event.deltaY) ? perWheelPixel : 5 * perWheelPixel;
    zoom(Math.exp(-clamped * speed), { x: event.clientX, y: event.clientY });
  }, { passive: false });

  let last: { readonly x: number; readonly y: number; readonly isDrag: boolean } | undefined;
  on('pointerdown', event => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    last = { x: event.clientX, y: event.clientY, isDrag: false };
  });
  on('pointermove', event => {
    if (last === undefined) return;
    if ((event.buttons & 1) === 0) {
      last = undefined;
      return;
    }
    const [x, y] = [event.clientX - last.x, event.clientY - last.y];
    if (!last.isDrag && Math.hypot(x, y) <= tremble) return;
    if (!last.isDrag) element.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY, isDrag: true };
    drag(x, y);
  });
  on('click', event => {
    // The end of a drag is no click.
    if (last?.isDrag === true) event.stopImmediatePropagation();
    last = undefined;
  }, { capture: true });

  let spread: number | undefined;
  const pinch = (event: TouchEvent): void => {
    const [one, other] = event.touches;
    if (one === undefined || other === undefined || event.touches.length > 2) {
      spread = undefined;
      return;
    }
    event.preventDefault();
    const distance = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (spread !== undefined && spread > 0) zoom(distance / spread, { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 });
    spread = distance;
  };
  for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) on(type, pinch, { passive: false });
}
