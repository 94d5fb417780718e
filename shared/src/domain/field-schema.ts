import { type TSchema, Type } from 'typebox';
import { unreachable } from '../unreachable.ts';
import { defaultOf } from './default-of.ts';
import type { Entity } from './define-entity.ts';
import type { Field } from './field.ts';

/** The JSON schema of a field's value, for OpenAPI and type generators. `parseField` does the checking. */
export function fieldSchema(field: Field): TSchema {
  switch (field.kind) {
    case 'text':
      return Type.String({ maxLength: field.maxLength });
    case 'enum':
      return Type.Enum([...field.values]);
    case 'enumList':
      return Type.Array(Type.Enum([...field.values]), { uniqueItems: true });
    case 'reference':
    case 'id':
      return Type.String({ format: 'uuid' });
    case 'date':
      return Type.String({ format: 'date' });
    case 'instant':
      return Type.String({ format: 'date-time' });
    case 'money':
      // No `multipleOf`: 0.07 is no multiple of 0.01 in floating point.
      return Type.Number({ description: 'At most two decimals' });
    case 'number':
      return Type.Number();
    case 'integer':
      return Type.Integer();
    case 'boolean':
      return Type.Boolean();
    case 'objectList':
      return Type.Array(
        Type.Object(
          Object.fromEntries(
            Object.entries(field.item).map(([name, item]) => [
              name,
              item.required ? fieldSchema(item) : Type.Optional(fieldSchema(item)),
            ]),
          ),
        ),
        { maxItems: field.maxItems },
      );
    default:
      return unreachable(field);
  }
}

const orNull = (field: Field): TSchema =>
  field.required ? fieldSchema(field) : Type.Union([fieldSchema(field), Type.Null()]);

/** A stored record as it is answered. Fields that the caller's role hides are absent. */
export function recordSchema(name: string, entity: Entity): TSchema {
  return Type.Object(
    {
      id: Type.String({ format: 'uuid' }),
      createdAt: Type.String(),
      updatedAt: Type.String(),
      deletedAt: Type.Union([Type.String(), Type.Null()]),
      ...mapFields(entity, (field) => Type.Optional(orNull(field))),
    },
    { $id: `${pascalCase(name)}Record` },
  );
}

/** What a create accepts. */
export function newRecordSchema(name: string, entity: Entity): TSchema {
  return Type.Object(
    {
      id: Type.Optional(Type.String({ format: 'uuid' })),
      ...mapFields(entity, (field) => (isNeeded(field) ? fieldSchema(field) : Type.Optional(orNull(field)))),
    },
    { $id: `New${pascalCase(name)}` },
  );
}

/** A default stands in for what is left out. */
function isNeeded(field: Field): boolean {
  return field.required === true && defaultOf(field) === undefined;
}

/** What a patch accepts: any of the fields, and the version that the edit was made on. */
export function patchSchema(name: string, entity: Entity): TSchema {
  return Type.Object(
    { baseUpdatedAt: Type.Optional(Type.String()), ...mapFields(entity, (field) => Type.Optional(orNull(field))) },
    { $id: `${pascalCase(name)}Patch` },
  );
}

function mapFields(entity: Entity, toSchema: (field: Field) => TSchema): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(entity.fields).map(([name, field]) => [name, toSchema(field)]));
}

/** `finance_entry` -> `FinanceEntry`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
