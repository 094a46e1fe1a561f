/** The views of an inspection: those that make sense of it. */
import type { Inspection } from '../../protocol/inspection.ts';
import type { TabName } from '../checkpoint/tabs.ts';
import { views, type View } from './remembered.ts';

export const viewNames: Readonly<Record<View, string>> = {
  'matrix': 'Matrix', 'heads': 'Heads', 'model': 'Model', 'arithmetic': 'Arithmetic', 'decoding': 'Decoding', 'image': 'Image', 'what-if': 'What if', 'compare': 'Compare',
};

export function tabsOf(inspection: Pick<Inspection, 'layers' | 'output' | 'image'>): readonly TabName<View>[] {
  return views.filter(view => makesSense(view, inspection)).map(key => ({ key, name: viewNames[key] }));
}

/** The view that was left; an image, or else the matrix, where none was. */
export function viewOf(wanted: View | undefined, inspection: Pick<Inspection, 'layers' | 'output' | 'image'>): View {
  const view = wanted ?? (inspection.image === undefined ? 'matrix' : 'image');
  return makesSense(view, inspection) ? view : 'matrix';
}

function makesSense(view: View, { layers, output, image }: Pick<Inspection, 'layers' | 'output' | 'image'>): boolean {
  switch (view) {
    case 'model': return layers.reduce((sum, { heads }) => sum + heads, 0) > 1;
    case 'arithmetic': return layers.some(({ hasArithmetic }) => hasArithmetic);
    case 'decoding': return output.kind === 'written';
    case 'image': return image !== undefined;
    default: return true;
  }
}
