import { expect, test } from 'vitest';
import { judgedBy, lossOf } from './roles.ts';

test.each<[string, readonly string[], string | null, string | null]>([
  ['Keras, CSV', ['accuracy', 'loss', 'val_accuracy', 'val_loss'], 'loss', 'val_accuracy'],
  ['Keras, TensorBoard', ['train/epoch_learning_rate', 'train/epoch_loss', 'validation/epoch_loss'], 'train/epoch_loss', 'validation/epoch_loss'],
  ['the Trainer', ['epoch', 'grad_norm', 'learning_rate', 'loss', 'eval_runtime', 'eval_samples_per_second', 'eval_loss', 'eval_f1', 'train_loss'], 'loss', 'eval_f1'],
  ['the Trainer, TensorBoard', ['eval/loss', 'eval/runtime', 'train/epoch', 'train/loss', 'train/train_loss'], 'train/loss', 'eval/loss'],
  ['Lightning', ['train_loss_step', 'train_loss_epoch', 'epoch', 'val_loss'], 'train_loss_step', 'val_loss'],
  ['PyTorch’s tutorial', ['Loss/train', 'Loss/test', 'Accuracy/train', 'Accuracy/test'], 'Loss/train', 'Accuracy/test'],
  ['a reward alone', ['rollout/ep_rew_mean', 'time/fps'], null, 'rollout/ep_rew_mean'],
  ['nothing', ['epoch', 'lr'], null, null],
])('%s', (_log, metrics, loss, metric) => {
  expect([lossOf(metrics), judgedBy(metrics)]).toEqual([loss, metric]);
});
