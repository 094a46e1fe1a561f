/** Looks at a checkpoint as a user would: lets it reply to held-out turns, and keeps what it looked at. */
import { corpusChrf } from '../../analysis/chrf.ts';
import { TranslationModel } from '../../decoding/model.ts';
import { encodeTurns } from '../../text/turns.ts';
import type { Inspection } from '../../training/task.ts';
import { probeSequences } from '../sequence-probe.ts';
import { spread } from '../spread.ts';
import type { Reply } from './dataset.ts';

/** Held-out turns replied to at each validation. */
const replied = 200;
/** Of these, how many are shown. */
const shown = 3;

/**
 * chrF against what was said: a reply can be right in a hundred ways, but where conversations follow a pattern, a model that
 * has caught it comes closer, however sure it has become of what nobody could know.
 * @param file where the maps go (`probeSequences`)
 */
export async function probeDialogue(folder: string, file: string, heldOut: readonly Reply[], threads: number): Promise<Inspection> {
  const model = await TranslationModel.openFor('dialogue', folder, { threads });
  const { tokenizer, manifest } = model;
  const special = { ...model.special, turn: tokenizer.idOf(manifest.tokens.turn) };
  const encoded = heldOut.map(({ turns, reply }) => ({ turns, reply, ids: encodeTurns(turns, tokenizer, special) }));
  const asked = spread(encoded.filter(({ ids }) => ids.length <= manifest.limits.sourceTokens), replied);
  const replies = await probeSequences(model, asked.map(({ ids }) => ids), file).finally(() => model.release());
  const samples = asked.slice(0, shown).map(({ turns, reply }, index) => ({
    source: turns.join(' / '),
    target: replies[index] ?? '',
    reference: reply,
  }));
  const { score } = corpusChrf(replies, asked.map(({ reply }) => [reply]));
  return { metrics: { chrf: score }, samples };
}
