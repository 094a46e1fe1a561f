/** Whether a folder lies on another machine: what happens there is not told to this one, and has to be looked for. */
import { statfsSync } from 'node:fs';
import { errnoOf } from '../files/errno.ts';

/** By their numbers in statfs(2) and the kernel's magic.h, and of what is no part of the kernel in its own sources. */
const remoteTypes: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x65735546, // FUSE: sshfs, and what else a program serves
  0x01021997, // 9P
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x19830326, // BeeGFS
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x6b414653, // AFS of the kernel
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x786f4256, // a shared folder of VirtualBox
  0xaad7aaea, // PanFS
]);

export function isRemote(folder: string): boolean {
  if (process.platform === 'win32') return folder.startsWith('\\\\');
  if (process.platform !== 'linux') return false;
  try {
    return remoteTypes.has(statfsSync(folder).type >>> 0);
  } catch (thrown) {
    if (errnoOf(thrown) !== undefined) return false;
    throw thrown;
  }
}
