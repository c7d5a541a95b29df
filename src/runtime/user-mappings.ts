import type { Config, IdMapping } from '../../config-schema/index.ts';
import { AT_FDCWD, X_OK } from '../../native-bindings/kernel/open.ts';
import { trySyscall } from '../../native-bindings/syscall.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { hasNewNamespace } from '../plan/namespaces.ts';
import { planProgram } from '../plan/program-plan.ts';
import { writeProcfs } from './procfs.ts';
import { runProgram } from './run-program.ts';
import { RuntimeError } from './runtime-error.ts';

/** The lines of a uid_map or gid_map: container id, host id, count (user_namespaces(7)). */
export function mappingLines(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}

/**
 * Whether setgroups(2) has to be denied in the user namespace: without privilege that is the price of mapping the own group
 * (user_namespaces(7)).
 */
export function mustDenySetGroups(config: Config, caller: { euid: number; egid: number }): boolean {
  const gids = config.linux?.gidMappings ?? [];
  const isOwnGid = gids.length === 1 && gids[0]?.size === 1 && gids[0].hostID === caller.egid;
  return hasNewNamespace(config, 'user') && caller.euid !== 0 && isOwnGid;
}

/**
 * Writes the mappings of init's user namespace. Without privilege the kernel allows a single line that maps the caller's
 * own id; for anything else the setuid programs newuidmap and newgidmap are asked, which know the caller's
 * subordinate ids (/etc/subuid, /etc/subgid).
 * @throws {RuntimeError}
 */
export function writeUserMappings(pid: number, config: Config, caller: { euid: number; egid: number }): void {
  const { uidMappings = [], gidMappings = [] } = config.linux ?? {};
  // The kernel wants the denial before the mapping (CVE-2014-8989).
  if (mustDenySetGroups(config, caller)) write(pid, 'setgroups', 'deny', 'linux.gidMappings');
  writeMap(pid, 'gid_map', gidMappings, 'newgidmap', 'linux.gidMappings');
  writeMap(pid, 'uid_map', uidMappings, 'newuidmap', 'linux.uidMappings');
}

function writeMap(
  pid: number,
  file: 'uid_map' | 'gid_map',
  mappings: readonly IdMapping[],
  helper: string,
  configPath: string,
): void {
  try {
    writeProcfs(`${pid}/${file}`, mappingLines(mappings));
  } catch (error) {
    if (!isErrno(error, 'EPERM')) throw failure(configPath, error);
    runHelper(helper, pid, mappings, configPath);
  }
}

function write(pid: number, file: string, text: string, configPath: string): void {
  try {
    writeProcfs(`${pid}/${file}`, text);
  } catch (error) {
    throw failure(configPath, error);
  }
}

const HELPER_TIMEOUT_MS = 30_000;

/** Where the helpers can be when the caller's environment has no PATH: podman passes almost none. */
const HELPER_PATH = ['/usr/bin', '/usr/sbin', '/bin', '/usr/local/bin'];

function runHelper(helper: string, pid: number, mappings: readonly IdMapping[], configPath: string): void {
  const path = HELPER_PATH.map((directory) => `${directory}/${helper}`).find(
    (candidate) => trySyscall('faccessat2', AT_FDCWD, candidate, X_OK, 0) === 0,
  );
  if (!path) {
    throw new RuntimeError(
      'KERNEL',
      `${configPath}: mapping more than the own id needs ${helper}, which is not installed (Debian: apt install uidmap)`,
      { configPath },
    );
  }
  const args = mappings.flatMap(({ containerID, hostID, size }) => [containerID, hostID, size].map(String));
  const plan = planProgram({ path, args: [helper, String(pid), ...args] }, configPath, '/');
  const { problem, stderr } = runProgram({ plan, input: '', timeoutMs: HELPER_TIMEOUT_MS });
  if (problem !== undefined) {
    throw new RuntimeError(
      'KERNEL',
      `${configPath}: ${helper} refused ${mappingLines(mappings).trim().replaceAll('\n', ', ')}: ${stderr || problem}; check /etc/subuid and /etc/subgid`,
      { configPath },
    );
  }
}

function failure(configPath: string, error: unknown): RuntimeError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RuntimeError('KERNEL', `${configPath}: cannot write the mapping: ${reason}`, { configPath, cause: error });
}
