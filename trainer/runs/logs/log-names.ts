/** By what names of files and folders logs of other programs are known; what is in them has the last word. */

/** Parts of one run that programs write into folders of their own: Keras `train` and `validation`, estimators `eval`. */
export const parts = ['train', 'validation', 'val', 'eval', 'test'] as const;

export const isEventFile = (name: string): boolean => /(^|\.)tfevents\.\d/.test(name) && !name.endsWith('.profile-empty');

/** As the Trainer of transformers calls what it knows of a training. */
export const stateName = 'trainer_state.json';
/** A checkpoint's folder of that Trainer, by its step. */
export const checkpointName = /^checkpoint-(\d{1,12})$/;

/** Names that loggers give to their one file: of a folder with one, the folder is the run. */
export const tableNames = ['metrics.csv', 'progress.csv', 'metrics.jsonl'] as const;

/** A file that may be a log by itself. */
export const logFile = /\.(csv|jsonl)$|^trainer_state\.json$/;

/** Whether a folder with these in it is one run of another program: by its files, or by folders for the parts of it, as Keras does. */
export function isLogFolder(names: readonly string[]): boolean {
  return names.some(name => name.includes('tfevents') || name === stateName || checkpointName.test(name)) || (names.includes('train') && names.includes('validation'));
}

/** Whether what has this name, in such a folder, is a piece of that run. */
export function isOfLog(name: string): boolean {
  return isEventFile(name) || name === stateName || checkpointName.test(name) || [...parts, ...tableNames].some(one => one === name);
}
