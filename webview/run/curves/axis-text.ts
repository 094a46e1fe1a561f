/** Places of an axis in words. */
import type { Axis } from './points.ts';

/** What a chart says of the place that the pointer is on. */
export function placeText(at: number, axis: Axis): string {
  switch (axis) {
    case 'step': return `Step ${Math.round(at).toLocaleString('en')}`;
    case 'relative': return `After ${secondsText(at)}`;
    case 'wall': return new Date(at * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  }
}

/** What stands below the axis, at places so far `apart`. Times of day are the chart library's own. */
export function axisText(at: number, axis: 'step' | 'relative', apart: number): string {
  if (axis === 'relative') return secondsText(at);
  if (!Number.isInteger(at)) return '';
  return apart >= 1_000_000 ? `${at / 1_000_000} M` : apart >= 1000 ? `${at / 1000} K` : at.toLocaleString('en');
}

/** "45 s", "12 min", "1 h 30 min", "2 d 4 h". */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return both(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return both(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return both(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

function both(large: number, unit: string, small: number, smaller: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`;
}
