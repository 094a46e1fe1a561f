/**
 * An edited copy of a model. What is not edited is copied as it stands, unread: only the lengths of what surrounds an edit are
 * written anew. So the copy costs no more than copying; where weights stay in the model's own file, it costs next to nothing.
 */
import { addedToFunction, addedToGraph } from './added.ts';
import type { Edits } from './edits.ts';
import type { OnnxModel } from './model.ts';
import { withModelFile } from './model-file.ts';
import { delimited, type Part, withCuts } from './parts.ts';
import { Spliced } from './spliced.ts';
import { Splicer } from './splicer.ts';
import { weightsFolder } from './weights-folder.ts';

export interface SpliceOptions {
  /**
   * Weights of at least this many bytes stay where they are: the copy names the model's own file as the one that holds them. Left
   * out, all weights are copied; so are those of a model that is in memory alone.
   */
  readonly leave?: number;
}

/** @throws Failure `no-such-file`, `broken-model` where the file is no longer what was opened */
export async function splice(model: OnnxModel, edits: Edits, { leave = Infinity }: SpliceOptions = {}): Promise<Spliced> {
  const { folder, own, renamed } = await weightsFolder(model);
  const from = model.bytes === undefined ? leave : Infinity;
  const added = onlyAdded(model, edits);
  if (added !== undefined && from === Infinity && renamed.size === 0) {
    // A message that is given twice is the sum of both (protobuf.dev, "Last One Wins"): a second graph adds to the first.
    const appended = added.length === 0 ? [] : delimited(7, added);
    return new Spliced(model, [{ start: 0, end: model.size }, ...appended], folder);
  }
  return withModelFile(model, async source => {
    const splicer = new Splicer(source, edits, { own, from, renamed });
    const graph = splicer.graph(model.graph) ?? model.graph.places;
    const around = withCuts(model.around, splicer.functions(model.functions));
    return new Spliced(model, [...around, ...delimited(7, graph)], folder);
  });
}

/** What the edits add to the main graph, where they do no more than that. */
function onlyAdded(model: OnnxModel, edits: Edits): Part[] | undefined {
  if (model.inner === true) return undefined;
  let toMain: Part[] = [];
  for (const [body, own] of edits.bodies) {
    const added = 'places' in body ? addedToGraph(own) : addedToFunction(own);
    if (own.changed.size > 0 || own.inserted.size > 0 || (body !== model.graph && added.length > 0)) return undefined;
    if (body === model.graph) toMain = added;
  }
  return toMain;
}
