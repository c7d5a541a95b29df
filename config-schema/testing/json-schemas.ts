import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { specFolder } from './samples.ts';

/** The specification's own JSON schema for a kind of document: `config-schema.json`. */
export function jsonSchema(file: string): ValidateFunction {
  if (specFolder === undefined) throw new Error('the JSON schemas are not here');
  // The files are written for draft 4, which Ajv 8 does not name; they use nothing in which the drafts differ.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of readdirSync(specFolder).filter((entry) => entry.endsWith('.json'))) {
    const { $schema: _, ...schema } = JSON.parse(readFileSync(join(specFolder, name), 'utf8'));
    ajv.addSchema({ ...schema, $id: name }, name);
  }
  const validate = ajv.getSchema(file);
  if (validate === undefined) throw new Error(`no schema ${file}`);
  return validate as ValidateFunction;
}

/** Where an error is, as the path of the value that is wrong or missing. */
export function errorPath({ instancePath, keyword, params }: ErrorObject): string[] {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keyword === 'required' ? [...steps, String(params.missingProperty)] : steps;
}
