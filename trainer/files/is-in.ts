import { isAbsolute, relative, sep } from 'node:path';

/** Whether an absolute path is a folder's, or of something in it. What is called `..data` lies in the folder it stands in. */
export function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
