import type * as z from 'zod/mini';
import { configSchema } from '../config.ts';
import { freebsdSchema } from '../freebsd.ts';
import { intelRdtSchema } from '../intel-rdt.ts';
import { memoryPolicySchema } from '../memory-policy.ts';
import { processSchema } from '../process.ts';
import { solarisSchema } from '../solaris.ts';
import { vmSchema } from '../vm.ts';
import { windowsSchema } from '../windows.ts';
import { zosSchema } from '../zos.ts';
import { acceptorSource } from './acceptor-source.ts';

const LEFT_TO_ZOD: ReadonlySet<() => unknown> = new Set<() => unknown>([
  intelRdtSchema,
  memoryPolicySchema,
  vmSchema,
  windowsSchema,
  solarisSchema,
  freebsdSchema,
  zosSchema,
]);

/** The source of `acceptors.generated.ts`. */
export function acceptorsSource(): string {
  const exported: Readonly<Record<string, z.core.$ZodType>> = {
    acceptsProcess: processSchema(),
    acceptsConfig: configSchema(),
  };
  return acceptorSource(exported, LEFT_TO_ZOD);
}
