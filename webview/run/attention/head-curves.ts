/** How the heads of a layer changed, as curves. Pure: nothing here touches the page. */
import type { RunHead, RunHeadsResult, RunProbeMap } from '../../../protocol/runs.ts';
import type { Curve } from '../curves/charts.ts';

export type HeadMeasure = 'entropy' | 'alignmentError';

/** Curves of the heads among `maps`, a colour each; none where nothing of the measure is told. */
export function headCurves({ steps, heads }: RunHeadsResult, maps: readonly RunProbeMap[], measure: HeadMeasure): readonly Curve[] {
  return maps.flatMap((map, place): Curve[] => {
    const values = valuesOf(heads.find(head => head.map === map.name), measure);
    if (values === null || values.every(value => value === null)) return [];
    return [{ key: map.name, label: `head ${map.head + 1}`, place, part: 'train', points: { x: steps, y: values }, steps }];
  });
}

function valuesOf(head: RunHead | undefined, measure: HeadMeasure): readonly (number | null)[] | null {
  return head === undefined ? null : head[measure];
}
