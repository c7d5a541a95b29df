import type { Status } from './status.ts';

/** The state that hooks read from their standard input (runtime.md, "State"). */
export function hookState(state: {
  readonly ociVersion: string;
  readonly id: string;
  readonly status: Status;
  readonly pid: number;
  readonly bundle: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}): string {
  const { ociVersion, id, status, pid, bundle, annotations } = state;
  const pidField = status === 'stopped' ? {} : { pid };
  const filled = annotations && Object.keys(annotations).length > 0 ? { annotations } : {};
  return JSON.stringify({ ociVersion, id, status, ...pidField, bundle, ...filled });
}
