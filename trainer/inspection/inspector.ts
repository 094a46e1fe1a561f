/** Opens passes of models, holds them, and reads them: what the engine does for an inspection. */
import type {
  Arithmetic, ArithmeticParams, ExportParams, ExportResult, HeadsParams, Influence, InfluenceParams, Inspection, LinesParams, MapOf, MapParams, OpenInspectionParams,
} from '../../protocol/inspection.ts';
import { facetOf, type OpenModel } from '../foreign/facets.ts';
import type { HeadArrays, HeldMap, HeldPass, LineArrays, MapArrays } from './held.ts';
import { HeldPasses } from './held-passes.ts';
import type { InfluenceOptions } from './influence.ts';
import { withChange } from './output-change.ts';
import type { Pass } from './pass.ts';
import { readHeads, readLines, readMap } from './reading/index.ts';
import { withValues } from './with-values.ts';

export interface OpenRequest {
  /** Without the image, whose bytes are apart. */
  readonly asked: Omit<OpenInspectionParams, 'image'>;
  /** Where the model is. */
  readonly folder: string;
  readonly image?: Uint8Array | undefined;
}

export class Inspector {
  readonly passes: HeldPasses;
  /** What each loaded model ran: one that was saved anew is loaded again, and what its old weights gave is nothing to compare with. */
  readonly #ran = new WeakMap<OpenModel, WeakSet<HeldPass>>();

  constructor(passes = new HeldPasses()) {
    this.passes = passes;
  }

  /**
   * Runs a model and holds its maps.
   * @param model the one in `folder`
   * @throws Failure `bad-argument` where it cannot be looked at, or does not take what was given; and what it throws when it is asked;
   *   AbortError
   */
  async open({ asked, folder, image }: OpenRequest, model: OpenModel, signal: AbortSignal): Promise<Inspection> {
    const ran = await withValues(model, () => passOf(model, { asked, folder, image }, signal));
    const pass = await this.#compared(ran, { asked, folder, image }, model, signal);
    // Nobody would close it, and others would be forgotten for it.
    signal.throwIfAborted();
    const held = this.passes.hold(pass, asked, { folder, image });
    this.#ran.set(model, (this.#ran.get(model) ?? new WeakSet()).add(held));
    return held.inspection;
  }

  close(id: string): void {
    this.passes.close(id);
  }

  /** @throws Failure `inspection-gone`, and as `MapReader` does */
  map({ map, minus, ...params }: MapParams, signal: AbortSignal): Promise<MapArrays> {
    return readMap(this.#mapOf(map), minus && this.#mapOf(minus), params, signal);
  }

  heads({ inspection, ...params }: HeadsParams, signal: AbortSignal): Promise<HeadArrays> {
    return readHeads(this.passes.get(inspection), params, signal);
  }

  lines({ inspection, ...params }: LinesParams, signal: AbortSignal): Promise<LineArrays> {
    return readLines(this.passes.get(inspection), params, signal);
  }

  /** @throws Failure `inspection-gone`; `bad-argument` where they cannot be told */
  async arithmetic({ inspection, ...params }: ArithmeticParams, model: OpenModel, signal: AbortSignal): Promise<Arithmetic> {
    const { arithmeticOf } = await import('./arithmetic/index.ts');
    return arithmeticOf(this.passes.get(inspection), params, model, signal);
  }

  /** @throws Failure `inspection-gone`; `bad-argument` where the map's columns are no words that were given; and what the model throws */
  async influence({ inspection, choice, by }: InfluenceParams, model: OpenModel, options: InfluenceOptions): Promise<Influence> {
    const { influenceOf } = await import('./influence.ts');
    return influenceOf(model, this.passes.get(inspection), { choice, by }, options);
  }

  /** @throws Failure `inspection-gone`, and as `exportMap` does */
  async export({ map, minus, ...params }: ExportParams, signal: AbortSignal): Promise<ExportResult> {
    const { exportMap } = await import('./export.ts');
    return exportMap({ ...params, map: this.#mapOf(map), minus: minus && this.#mapOf(minus) }, signal);
  }

  /** Of what only reads, under interventions: beside what it gives by itself. */
  async #compared(pass: Pass, request: OpenRequest, model: OpenModel, signal: AbortSignal): Promise<Pass> {
    const { asked } = request;
    if (pass.states === undefined || asked.interventions.length === 0) return pass;
    const ran = this.#ran.get(model);
    const isFree = (held: HeldPass): boolean => {
      const { text, second, languageId, interventions } = held.inspection.asked;
      return ran?.has(held) === true && request.image === undefined && text === asked.text && second === asked.second && languageId === asked.languageId && interventions.length === 0;
    };
    const held = this.passes.find(isFree);
    const before = held === undefined ? await passOf(model, { ...request, asked: { ...asked, interventions: [] } }, signal) : { axes: held.inspection.axes, states: held.states };
    return withChange(before, pass);
  }

  #mapOf({ inspection, choice }: MapOf): HeldMap {
    return { pass: this.passes.get(inspection), choice };
  }
}

/** One pass, changed as it is asked for. @throws as `Inspector.open` does */
export async function passOf(model: OpenModel, { asked, image }: OpenRequest, signal?: AbortSignal): Promise<Pass> {
  const inspector = facetOf(model, 'inspector');
  const { text, second, languageId, beam, task, interventions } = asked;
  const inspect = (read: Pick<OpenInspectionParams, 'text'> & { readonly second: number | undefined }): Promise<Pass> =>
    inspector.inspect({ text: read.text, second: read.second, image, languageId, beam, task }, signal);
  if (interventions.length === 0) return inspect({ text, second });
  const { steer } = await import('../steering/steering.ts');
  const steering = steer(interventions, text, second);
  const { result, warnings } = await model.helm.hold(steering, () => inspect(steering));
  return { ...result, warnings: [...result.warnings, ...warnings] };
}
