import { containerPlan, type Phase } from '../plan/container-plan.ts';
import { checkConfig, readConfigText } from './bundle.ts';
import { planInputOf, refuseUnsupported } from './create.ts';

/**
 * The plan that `create` and `start` would run for a bundle. Needs no privilege and changes nothing.
 * @param bundle the bundle's directory, absolute
 * @throws {RuntimeError} for a config that cannot be run
 */
export function planOfBundle(bundle: string, options: { noPivot?: boolean; noNewKeyring?: boolean } = {}): Phase[] {
  const config = checkConfig(readConfigText(bundle));
  const create = { id: 'plan', bundle, ...options };
  refuseUnsupported(config, create);
  return containerPlan(planInputOf(config, create));
}
