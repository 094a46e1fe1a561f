/** The post-processors of tokenizer.json: which special tokens stand around a text, or two. */
import * as z from 'zod';
import { brokenFile, check, isRecord, or, shown } from '../json.ts';

/** A special token, or one of the texts. */
export type FramePart =
  | { readonly kind: 'special'; readonly id: number; readonly type: number }
  | { readonly kind: 'text'; readonly text: 0 | 1; readonly type: number };

/** What is put around one text and around two. `type` is what `token_type_ids` hold. */
export interface Frame {
  readonly single: readonly FramePart[];
  readonly pair: readonly FramePart[];
}

const first = { kind: 'text', text: 0, type: 0 } as const;
const second = { kind: 'text', text: 1, type: 1 } as const;

/** Nothing is put around them. */
export const bareFrame: Frame = { single: [first], pair: [first, second] };

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`. */
export function bertFrame(cls: number, sep: number): Frame {
  const single = [special(cls, 0), first, special(sep, 0)];
  return { single, pair: [...single, second, special(sep, 1)] };
}

/** `<s> A </s>` and `<s> A </s></s> B </s>`, all of one type. */
export function robertaFrame(cls: number, sep: number): Frame {
  const single = [special(cls, 0), first, special(sep, 0)];
  return { single, pair: [...single, special(sep, 0), { ...second, type: 0 }, special(sep, 0)] };
}

/** Each text between tokens; any may be left out. */
export function plainFrame(before: number | undefined, after: number | undefined): Frame {
  const around = (part: FramePart): FramePart[] => [
    ...(before === undefined ? [] : [special(before, part.type)]),
    part,
    ...(after === undefined ? [] : [special(after, part.type)]),
  ];
  return { single: around(first), pair: [...around(first), ...around({ ...second, type: 0 })] };
}

/** All there is, and one token at its end. */
export function endedFrame(end: number): Frame {
  return { single: [first, special(end, 0)], pair: [first, { ...second, type: 0 }, special(end, 0)] };
}

function special(id: number, type: number): FramePart {
  return { kind: 'special', id, type };
}

const id = z.int().min(0).max(100_000_000);
const type = z.int().min(0).max(1000);
const named = z.tuple([z.string(), id]);
const classic = z.looseObject({ cls: named, sep: named });
const part = z.union([
  z.object({ SpecialToken: z.object({ id: z.string(), type_id: or(type, 0) }) }),
  z.object({ Sequence: z.object({ id: z.enum(['A', 'B']), type_id: or(type, 0) }) }),
]);
const template = z.looseObject({
  single: z.array(part).max(100),
  pair: or(z.array(part).max(100), []),
  special_tokens: z.record(z.string(), z.looseObject({ ids: z.array(id).min(1).max(100) })),
});

/** @throws Failure `broken-model`, naming what is not known */
export function parsePostProcessor(json: unknown, file: string): Frame {
  if (json === null || json === undefined) return bareFrame;
  if (!isRecord(json) || typeof json['type'] !== 'string') throw brokenFile(file, `has a post_processor without a type (found ${shown(json)})`);
  switch (json['type']) {
    case 'ByteLevel':
      // It only leaves spaces out of offsets, which is done here always.
      return bareFrame;
    case 'BertProcessing': {
      const { cls, sep } = check(classic, json, file);
      return bertFrame(cls[1], sep[1]);
    }
    case 'RobertaProcessing': {
      const { cls, sep } = check(classic, json, file);
      return robertaFrame(cls[1], sep[1]);
    }
    case 'TemplateProcessing':
      return templateFrame(check(template, json, file), file);
    case 'Sequence': {
      const { processors } = check(z.looseObject({ processors: z.array(z.looseObject({ type: z.string() })).max(20) }), json, file);
      const framing = processors.filter(processor => processor.type !== 'ByteLevel');
      if (framing.length > 1) throw brokenFile(file, `has ${framing.length} post-processors that put tokens around a text; at most one was expected`);
      if (framing[0]?.type === 'Sequence') throw brokenFile(file, 'has a sequence of post-processors in another');
      return parsePostProcessor(framing[0], file);
    }
    default:
      throw brokenFile(file, `has a post-processor of the type ${shown(json['type'])}, which is not known here`);
  }
}

function templateFrame({ single, pair, special_tokens: tokens }: z.output<typeof template>, file: string): Frame {
  const parts = (items: readonly z.output<typeof part>[]): FramePart[] =>
    items.flatMap((item): FramePart[] => {
      if ('Sequence' in item) return [{ kind: 'text', text: item.Sequence.id === 'A' ? 0 : 1, type: item.Sequence.type_id }];
      const found = Object.hasOwn(tokens, item.SpecialToken.id) ? tokens[item.SpecialToken.id] : undefined;
      if (found === undefined) throw brokenFile(file, `has a template with ${shown(item.SpecialToken.id)}, which its special_tokens lack`);
      return found.ids.map(each => special(each, item.SpecialToken.type_id));
    });
  const one = parts(single);
  return { single: one, pair: pair.length === 0 ? [...one, second] : parts(pair) };
}
