/** What is told of runs one by one, with what was read of them lately. */
import { Failure } from '../../protocol/failure.ts';
import type { RunDetails, RunHeadsResult, RunProbeParams, RunProbeResult, RunProbes, RunSeriesParams, RunSeriesResult, RunSummary } from '../../protocol/runs.ts';
import { downsample } from './downsample.ts';
import { RunFollower } from './follow.ts';
import { Heads } from './heads.ts';
import { noSuchMap, probePath, probeSteps, withProbe } from './probe-file.ts';
import { namesIn } from './quietly.ts';
import { readSettings } from './record.ts';
import { newestSamples } from './samples.ts';
import { SeenLog } from './seen-log.ts';
import { isRun, SeenRun } from './seen-run.ts';
import { leftOutText, type LogRun } from './series.ts';

/** Runs whose curves are kept in memory. */
const mostOpen = 12;

export class RunLibrary {
  readonly #open = new Map<string, RunFollower | SeenLog>();
  readonly #heads = new Heads();

  /**
   * @param known how a tree shows it, where one does
   * @throws Failure `no-such-file` where there is no run
   */
  async details(folder: string, known: RunSummary | undefined, signal: AbortSignal): Promise<RunDetails> {
    const source = this.#sourceOf(folder);
    if (source instanceof SeenLog) return this.#detailsOfLog(source, known, signal);
    await source.update(signal);
    const run = known ?? (await new SeenRun(folder, undefined).look());
    if (run === undefined) throw noRun(folder);
    const { fold, passedOver } = source;
    return {
      run,
      config: readSettings(folder),
      metrics: fold.series.metrics(),
      ...(await newestSamples(folder, fold)),
      probes: await probesOf(folder),
      warnings: [
        ...(passedOver === 0 ? [] : [`${passedOver === 1 ? 'One line' : `${passedOver.toLocaleString('en')} lines`} of events.jsonl could not be read and ${passedOver === 1 ? 'is' : 'are'} passed over.`]),
        ...leftOutText(fold.leftOut),
      ],
    };
  }

  /** @throws Failure `no-such-file` where there is no run */
  async series({ folder, metrics, points, ...range }: RunSeriesParams, signal: AbortSignal): Promise<RunSeriesResult> {
    const source = this.#sourceOf(folder);
    if (source instanceof SeenLog) await readLogOf(source, signal);
    else await source.update(signal);
    const series = source instanceof SeenLog ? source.log?.series : source.fold.series;
    return {
      series: metrics.map(metric => {
        const curve = series?.curve(metric);
        return curve === undefined ? { metric, steps: [], values: [], times: [], count: 0 } : downsample(metric, curve, range, points);
      }),
    };
  }

  /** @throws Failure `no-such-file`, `broken-model`, `bad-argument` where the probe lacks the map */
  async probe({ folder, step, example, map: name }: RunProbeParams): Promise<RunProbeResult> {
    const map = await withProbe(probePath(folder, step), probe => probe.map(example, name));
    if (map === undefined) throw noSuchMap(name, step);
    const { source, target, shape: [queries, keys], weights } = map;
    return { source, target, rows: Array.from({ length: queries }, (_, query) => Array.from(weights.subarray(query * keys, (query + 1) * keys))) };
  }

  heads(folder: string, signal: AbortSignal): Promise<RunHeadsResult> {
    return this.#heads.of(folder, signal);
  }

  async #detailsOfLog(source: SeenLog, known: RunSummary | undefined, signal: AbortSignal): Promise<RunDetails> {
    const { run, log } = await readLogOf(source, signal);
    const { settings, series, samples, warnings } = log;
    return { run: known ?? run, config: settings, metrics: series.metrics(), samples, earlierSamples: 0, probes: null, warnings };
  }

  /** A follower or log of this folder, the one that was asked for last being kept longest. */
  #sourceOf(folder: string): RunFollower | SeenLog {
    const isOurs = isRun(folder, namesIn(folder));
    const known = this.#open.get(folder);
    const source = known !== undefined && known instanceof RunFollower === isOurs ? known : isOurs ? new RunFollower(folder, { steps: true }) : new SeenLog(folder, undefined);
    this.#open.delete(folder);
    this.#open.set(folder, source);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#open.delete(oldest);
    return source;
  }
}

async function readLogOf(source: SeenLog, signal: AbortSignal): Promise<{ readonly run: RunSummary; readonly log: LogRun }> {
  const run = await source.look(signal);
  if (run === undefined || source.log === undefined) throw noRun(source.folder);
  return { run, log: source.log };
}

async function probesOf(run: string): Promise<RunProbes | null> {
  const steps = probeSteps(run);
  // The newest that can be read tells what there is of each.
  for (const step of steps.toReversed()) {
    try {
      return await withProbe(probePath(run, step), async probe => ({
        steps,
        examples: Array.from({ length: probe.examples }, (_, example) => probe.textOf(example)),
        maps: probe.maps(),
      }));
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
    }
  }
  return null;
}

function noRun(folder: string): Failure {
  return new Failure('no-such-file', `There is no run in ${folder}, nor a log that is read.`, 'It may have been moved or removed.');
}
