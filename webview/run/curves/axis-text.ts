/** Places of an axis in words. */
import { durationText } from '../../../protocol/quantities.ts';
import type { Axis } from './points.ts';

/** What a chart says of the place that the pointer is on. */
export function placeText(at: number, axis: Axis): string {
  switch (axis) {
    case 'step': return `Step ${Math.round(at).toLocaleString('en')}`;
    case 'relative': return `After ${durationText(at, 'second')}`;
    case 'wall': return new Date(at * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
  }
}

/** What stands below the axis, at places so far `apart`. Times of day are the chart library's own. */
export function axisText(at: number, axis: 'step' | 'relative', apart: number): string {
  if (axis === 'relative') return durationText(at, 'second');
  if (!Number.isInteger(at)) return '';
  return apart >= 1_000_000 ? `${at / 1_000_000} M` : apart >= 1000 ? `${at / 1000} K` : at.toLocaleString('en');
}
