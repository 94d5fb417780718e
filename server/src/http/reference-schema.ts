/** A JSON schema as people write types, in HTML: `{ name: string, role?: "manager" | "employee" }`. */
export function schemaText(schema: unknown): string {
  return render(schema, '');
}

export function escapeHtml(value: string): string {
  const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return value.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
  readonly items?: unknown;
  readonly properties?: { readonly [name: string]: unknown };
  readonly required?: readonly string[];
  readonly patternProperties?: { readonly [pattern: string]: unknown };
  readonly additionalProperties?: unknown;
}

/** More alternatives than this are counted instead of listed. */
const LISTED = 12;

function render(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return 'any';
  const schema = value as Schema;
  if (schema.$ref !== undefined) {
    const name = escapeHtml(schema.$ref.split('/').at(-1) ?? '');
    return `<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const));
  if (schema.enum) {
    return schema.enum.length > LISTED
      ? `one of ${schema.enum.length} values`
      : schema.enum.map((one) => escapeHtml(JSON.stringify(one))).join(' | ');
  }
  if (schema.anyOf) return schema.anyOf.map((one) => render(one, indent)).join(' | ');
  if (schema.type === 'array') return `[ ${render(schema.items, indent)}, … ]`;
  if (schema.properties && Object.keys(schema.properties).length > 0) return renderObject(schema, indent);
  const values = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties;
  if (schema.type === 'object') return `{ [name]: ${render(values, indent)} }`;
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return escapeHtml(schema.format === undefined ? type : `${type} (${schema.format})`);
}

function renderObject({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([name, property]) =>
      `${inner}${escapeHtml(name)}${required.includes(name) ? '' : '?'}: ${render(property, inner)}`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}
