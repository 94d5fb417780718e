import { columnName, type Entity, type Field, unreachable } from '@backhaul/shared';

/** The SQL type of a plain (not sealed) field's column. */
export function columnType(field: Field): string {
  switch (field.kind) {
    case 'text':
    case 'enum':
      return 'text';
    case 'enumList':
    case 'objectList':
      return 'jsonb';
    case 'reference':
    case 'id':
      return 'uuid';
    case 'date':
      return 'date';
    case 'instant':
      return 'timestamptz';
    case 'money':
      return 'numeric(14,2)';
    case 'number':
      return 'double precision';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    default:
      return unreachable(field);
  }
}

export interface PlainColumn {
  readonly field: string;
  readonly column: string;
  readonly type: string;
}

/** The columns of an entity's own fields; sensitive ones have none, they are in `sealed`. */
export function plainColumns(entity: Entity): readonly PlainColumn[] {
  return Object.entries(entity.fields)
    .filter(([, field]) => !field.sensitive)
    .map(([field, declaration]) => ({ field, column: columnName(field), type: columnType(declaration) }));
}
