import type * as z from 'zod/mini';
import type { LeafTest } from '../leaf-test.ts';
import type { LeafParams } from '../leaves.ts';
import { sectionsOf } from '../object.ts';

/**
 * Writes the TypeScript source of functions that accept a value exactly where its zod schema does.
 *
 * Why: to build the zod nodes that an ordinary config.json needs and to run them once takes a cold process longer than
 * anything else that happens to the text. The schemas stay the only truth: the source is generated from them, a
 * test generates it again and compares, another compares both verdicts on thousands of documents. A value that is not accepted goes
 * to zod, which decides and explains; so a schema that this generator does not know may simply accept nothing.
 *
 * @param exported the names of the exported functions, and their schemas
 * @param leftToZod sections that are too rare to be worth code
 */
export function acceptorSource(
  exported: Readonly<Record<string, z.core.$ZodType>>,
  leftToZod: ReadonlySet<() => unknown>,
): string {
  const writer = new Writer(leftToZod);
  const roots = Object.entries(exported).map(([name, schema]) => {
    const body = writer.test(schema, 'value');
    return `export function ${name}(value: unknown): boolean {\n  return ${body};\n}\n`;
  });
  return `${[HEADER, ...writer.constants, ...writer.functions, ...roots].join('\n')}`;
}

const HEADER = `// Generated from the schemas by acceptor/write.ts: do not edit. acceptor/acceptor-source.ts says why it exists.

import { isVersion1 } from '../oci-version.ts';

type Properties = Readonly<Record<string, unknown>>;

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function areTexts(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== 'string') return false;
  return true;
}

function isListOf(value: unknown, test: (element: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (!test(value[index])) return false;
  return true;
}

function isMapOf(value: unknown, test: (member: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if (!test((value as Properties)[key])) return false;
  return true;
}
`;

class Writer {
  readonly constants: string[] = [];
  readonly functions: string[] = [];
  private readonly names = new Map<object, string>();
  private readonly leftToZod: ReadonlySet<() => unknown>;

  constructor(leftToZod: ReadonlySet<() => unknown>) {
    this.leftToZod = leftToZod;
  }

  /** An expression that is true where the schema accepts the value of the expression `value`. */
  test(schema: z.core.$ZodType, value: string): string {
    const def = (schema as z.core.$ZodTypes)._zod.def;
    switch (def.type) {
      case 'string':
        return `typeof ${value} === 'string'`;
      case 'boolean':
        return `typeof ${value} === 'boolean'`;
      case 'optional':
        return `(${value} === undefined || ${this.test(def.innerType, value)})`;
      case 'enum':
        return `${this.constant(schema, JSON.stringify(Object.values(def.entries)))}.includes(${value})`;
      case 'array':
        if (isString(def.element)) return `areTexts(${value})`;
        return `isListOf(${value}, ${this.function(def.element)})`;
      case 'record':
        return `isMapOf(${value}, ${isString(def.valueType) ? 'isText' : this.function(def.valueType)})`;
      case 'object':
        return `${this.function(schema)}(${value})`;
      case 'pipe':
        // What the transform before it changes is refused by the schema behind it, and so goes to zod.
        return this.test(def.out, value);
      case 'custom':
        return this.leaf(schema, ((def as { params?: unknown }).params as LeafParams).test, value);
      default:
        throw new Error(`no code for schemas of type ${def.type}`);
    }
  }

  private leaf(schema: object, test: LeafTest, value: string): string {
    switch (test.kind) {
      case 'pattern':
        return `(typeof ${value} === 'string' && ${this.constant(schema, String(test.pattern))}.test(${value}))`;
      case 'version 1':
        return `(typeof ${value} === 'string' && isVersion1(${value}))`;
      case 'some texts':
        return `(areTexts(${value}) && (${value} as readonly string[]).length > 0)`;
      case 'integer':
        return `(Number.isSafeInteger(${value}) && (${value} as number) >= ${test.minimum} && (${value} as number) <= ${test.maximum})`;
      case 'wide integer': {
        const minimum = test.minimum < Number.MIN_SAFE_INTEGER ? '' : ` && (${value} as number) >= ${test.minimum}`;
        const range = `${value} >= ${test.minimum}n && ${value} <= ${test.maximum}n`;
        return `((Number.isSafeInteger(${value})${minimum}) || (typeof ${value} === 'bigint' && ${range}))`;
      }
    }
  }

  /** The name of a function that tests one value. */
  private function(schema: z.core.$ZodType): string {
    const known = this.names.get(schema);
    if (known !== undefined) return known;
    const def = (schema as z.core.$ZodTypes)._zod.def;
    const body = def.type === 'object' ? this.objectBody(def, schema) : `  return ${this.test(schema, 'value')};`;
    const name = `test${this.functions.length}`;
    this.names.set(schema, name);
    this.functions.push(`function ${name}(value: unknown): boolean {\n${body}\n}\n`);
    return name;
  }

  private objectBody(def: z.core.$ZodObjectDef, schema: z.core.$ZodType): string {
    const lines = ["  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;"];
    const tests = Object.entries(def.shape).map(([key, property]) => this.test(property, `o.${key}`));
    for (const [key, build] of Object.entries(sectionsOf(schema))) {
      const present = this.leftToZod.has(build) ? '' : ` || ${this.test(build(), `o.${key}`)}`;
      tests.push(present === '' ? `o.${key} === undefined` : `(o.${key} === undefined${present})`);
    }
    if (tests.length === 0) return [...lines, '  return true;'].join('\n');
    return [...lines, '  const o = value as Properties;', `  return (\n    ${tests.join(' &&\n    ')}\n  );`].join(
      '\n',
    );
  }

  private constant(schema: object, source: string): string {
    const known = this.names.get(schema);
    if (known !== undefined) return known;
    const name = `VALUES_${this.constants.length}`;
    this.names.set(schema, name);
    this.constants.push(`const ${name}${source.startsWith('[') ? ': readonly unknown[]' : ''} = ${source};\n`);
    return name;
  }
}

function isString(schema: z.core.$ZodType): boolean {
  return (schema as z.core.$ZodTypes)._zod.def.type === 'string';
}
