/** A step in the name of a file or folder: in the order of names is in the order of steps. */
export const stepName = (step: number): string => String(step).padStart(8, '0');
