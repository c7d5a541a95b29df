import { Fd } from '../fd.ts';
import { writeAll } from '../files.ts';
import { F_ADD_SEALS, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE } from '../kernel/open.ts';
import { hostArchitecture, syscall, trySyscall } from '../syscall.ts';
import { executorElf } from './elf.ts';

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
/** Since 6.3: says that the file is meant to be executed, which `vm.memfd_noexec=1` asks for. */
const MFD_EXEC = 0x10;

/**
 * The executor in a memfd that nobody can change any more: /proc/PID/exe of a container's init shows this file and
 * nothing of the host (CVE-2019-5736).
 * @throws {SystemError}
 */
export function executorImage(): Fd {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const modern = trySyscall('memfd_create', 'ocirun-executor', flags | MFD_EXEC);
  const image = new Fd(modern >= 0 ? modern : syscall('executor', 'memfd_create', 'ocirun-executor', flags));
  try {
    writeAll(image.number, executorElf(hostArchitecture()));
    const seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    syscall('executor', 'fcntl', image.number, F_ADD_SEALS, seals);
    return image;
  } catch (error) {
    image.close();
    throw error;
  }
}
