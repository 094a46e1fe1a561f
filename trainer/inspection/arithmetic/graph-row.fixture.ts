/** Runs a model once with the numbers behind all of its attention given out, for tests. */
import type { Tensors } from '../../engine/session.ts';
import { Edits } from '../../onnx/edits.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import { splice } from '../../onnx/splice.ts';
import { expose } from '../../taps/expose.ts';
import { findTaps } from '../../taps/find.ts';
import { exposeParts, whyNoNumbers } from '../../taps/parts/expose.ts';
import { exposeNorms } from '../../taps/parts/norms.ts';
import { runBytes } from '../../taps/tapped.fixture.ts';
import { Probe } from './probe.ts';
import type { Row } from './row.ts';
import { ValueNorms } from './value-norms.ts';

export interface NumberedTap {
  readonly name: string;
  readonly whyNot: string | undefined;
  readonly heads: number;
  readonly queries: number;
  /** The map as it is read without the numbers behind it: `[key]` of a row. */
  readonly weights: (head: number, query: number) => readonly number[];
  /** Of the first text. @throws where the numbers do not lead to it */
  readonly row: (head: number, query: number) => Row;
  /** Of the values of a head, by key, as they are collected. */
  readonly norms: (head: number) => readonly number[];
}

export async function numberedTaps(model: OnnxModel, feeds: Tensors): Promise<readonly NumberedTap[]> {
  const { taps } = await findTaps(model);
  const edits = new Edits();
  const exposed = taps.map(tap => ({ parts: exposeParts(model, edits, tap), norms: exposeNorms(model, edits, tap) }));
  const { outputs } = expose(model, taps, { edits });
  const tensors = await runBytes(await (await splice(model, edits)).whole(), feeds);
  return taps.map((tap, index) => {
    const map = tensors[outputs.get(tap.name) ?? ''];
    const [, heads = 0, queries = 0, keys = 0] = map?.dims ?? [];
    const weights = map?.data instanceof Float32Array ? map.data : new Float32Array();
    const collected = new ValueNorms();
    collected.look(tap.name, exposed[index]?.norms ?? [], tensors, 0, heads);
    const norms = collected.of(tap.name, { kind: 'encoder', heads, columns: keys });
    return {
      name: tap.name, whyNot: whyNoNumbers(tap), heads, queries,
      weights: (head, query) => [...weights.subarray((head * queries + query) * keys, (head * queries + query + 1) * keys)],
      norms: head => [...(norms?.subarray(head * keys, (head + 1) * keys) ?? [])],
      row: (head, query) => {
        const probe = new Probe({ kind: tap.kind, layer: tap.layer, head, heads, query });
        probe.look(exposed[index]?.parts ?? [], tensors, { query, firstKey: 0 });
        const [seen] = probe.rows;
        if (seen === undefined) throw new Error(`${tap.name}, head ${head}, query ${query}: ${probe.isLaidOtherwise ? 'laid otherwise' : 'not seen'}`);
        return seen.row;
      },
    };
  });
}
