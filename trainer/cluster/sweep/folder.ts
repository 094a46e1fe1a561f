/** What lies in a sweep's folder besides its runs, and what these are called. */

export const sweepRecordName = 'sweep.json';

/** What the job prints that reports once all of the job array has ended. */
export const reportLogName = 'report.log';

/** A run's folder by its number: as the job's script makes it of the task's. */
export const folderOf = (index: number): string => String(index).padStart(4, '0');
export const folderPattern = /^\d{4}$/;
