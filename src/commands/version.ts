import { SPECIFICATION_VERSION } from '../../config-schema/specification-version.ts';

/** The commit that the executable was built from (tools/build.ts); unknown elsewhere. */
declare const OCIRUN_COMMIT: string | undefined;

/** ocirun's version; `version.test.ts` keeps it the same as package.json's. */
export const VERSION = '0.1.0';

/** The commit that this program was built from, where it is known. */
export const COMMIT = typeof OCIRUN_COMMIT === 'string' ? OCIRUN_COMMIT : undefined;

export interface VersionFacts {
  /** The name that the program was called by. */
  readonly programName: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly engine: string;
}

/**
 * What `--version` prints. Some engines parse the first line and expect the word `runc` there; for them the program
 * calls itself so when its file is named so, or when OCIRUN_VERSION_COMPAT=runc is set.
 */
export function versionText(facts: VersionFacts): string {
  const base = facts.programName.slice(facts.programName.lastIndexOf('/') + 1);
  const asRunc = base === 'runc' || facts.environment.OCIRUN_VERSION_COMPAT === 'runc';
  const lines = [
    `${asRunc ? 'runc' : 'ocirun'} version ${VERSION}`,
    ...(COMMIT === undefined ? [] : [`commit: ${COMMIT}`]),
    `spec: ${SPECIFICATION_VERSION}`,
    facts.engine,
  ];
  return `${lines.join('\n')}\n`;
}

/** The JavaScript engine that runs this, as the last line of `--version` names it. */
export function engineName(): string {
  const { bun, node } = process.versions;
  return bun === undefined ? `node: ${node}` : `bun: ${bun}`;
}
