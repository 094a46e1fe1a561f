/** What a model was made for, told by its class. */
export type ModelTask =
  | 'sequence-classification'
  | 'token-classification'
  | 'question-answering'
  | 'multiple-choice'
  | 'masked-lm'
  | 'causal-lm'
  | 'seq2seq-lm'
  | 'speech-seq2seq'
  | 'image-classification'
  | 'feature-extraction';

/** The ends of transformers' class names. */
const byClass: readonly (readonly [end: RegExp, task: ModelTask])[] = [
  [/For(Sequence|Text)Classification(WithTeacher)?$/, 'sequence-classification'],
  [/ForTokenClassification$/, 'token-classification'],
  [/ForQuestionAnswering(Simple)?$/, 'question-answering'],
  [/ForMultipleChoice$/, 'multiple-choice'],
  [/ForImageClassification(WithTeacher)?$/, 'image-classification'],
  [/For(MaskedLM|PreTraining)$|WithLMHeadModel$/, 'masked-lm'],
  [/ForCausalLM$|LMHeadModel$|DoubleHeadsModel$/, 'causal-lm'],
  [/^Whisper\w*ForConditionalGeneration$|ForSpeechSeq2Seq$/, 'speech-seq2seq'],
  [/ForConditionalGeneration$|MTModel$|ForSeq2SeqLM$/, 'seq2seq-lm'],
  [/Model$/, 'feature-extraction'],
];

/** What files without a class name are. */
const byType: Readonly<Record<string, ModelTask>> = {
  gpt2: 'causal-lm', llama: 'causal-lm', mistral: 'causal-lm', qwen2: 'causal-lm', qwen3: 'causal-lm',
  t5: 'seq2seq-lm', mt5: 'seq2seq-lm', marian: 'seq2seq-lm', bart: 'seq2seq-lm', mbart: 'seq2seq-lm', m2m_100: 'seq2seq-lm',
  whisper: 'speech-seq2seq',
};

export interface TaskHints {
  readonly architectures: readonly string[];
  readonly modelType: string;
  readonly isEncoderDecoder: boolean;
  /** How many classes it names. */
  readonly labels: number;
}

/** @returns `undefined` where neither the class nor the type is known */
export function inferTask({ architectures, modelType, isEncoderDecoder, labels }: TaskHints): ModelTask | undefined {
  for (const name of architectures) {
    const known = byClass.find(([end]) => end.test(name));
    if (known !== undefined) return known[1];
  }
  if (/^(vit|deit|beit|swin|convnext|resnet|mobilevit|mobilenet)/.test(modelType)) return labels > 0 ? 'image-classification' : 'feature-extraction';
  return (Object.hasOwn(byType, modelType) ? byType[modelType] : undefined) ?? (isEncoderDecoder ? 'seq2seq-lm' : undefined);
}
