import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { registerAjvFormats } from '@fastify/type-provider-typebox';

/**
 * Bodies are taken as they are: nothing is converted, filled in or dropped, so that what was sent is what is judged.
 * Query strings and paths are text by nature: whole numbers and booleans are read from it, nothing else.
 */
export function registerValidation(app: FastifyInstance): void {
  registerAjvFormats();
  app.setValidatorCompiler(compileValidator);
  // Answers are built from typed values. A serializer that checks them against the schema could refuse one only after the
  // write it reports was committed.
  app.setSerializerCompiler(() => JSON.stringify);
}

const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    const candidate = httpPart === 'body' ? value : readText(schema, value);
    return validator.Check(candidate) ? { value: candidate } : { error: validator.Errors(candidate) };
  };
};

function readText(schema: TSchema, value: unknown): unknown {
  if (!Type.IsObject(schema) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, readOne(schema.properties[name], text)]),
  );
}

function readOne(schema: TSchema | undefined, text: unknown): unknown {
  if (typeof text !== 'string' || schema === undefined) return text;
  if (Type.IsInteger(schema)) return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
