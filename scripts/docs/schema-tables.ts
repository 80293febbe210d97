import { z } from 'zod';
import { capacityEstimateSchema } from '../../src/signaling/capacity-estimate.ts';
import {
  candidateSchema,
  descriptionSchema,
  iceServerSchema,
  participantSchema,
} from '../../src/signaling/protocol.ts';
import { statsSchema } from '../../src/signaling/session-stats.ts';
import { markdownTable } from './markdown-table.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Objects that many messages carry: described once, and then called by their names. */
const NAMED: readonly (readonly [string, z.ZodObject])[] = [
  ['Participant', participantSchema],
  ['Description', descriptionSchema],
  ['Candidate', candidateSchema],
  ['IceServer', iceServerSchema],
  ['Stats', statsSchema],
  ['CapacityEstimate', capacityEstimateSchema],
];

/** Longer enumerations have a table of their own. */
const MAX_ENUM = 8;

/** A heading, a sentence and a table of fields for each message of a union. */
export function messageTables(union: z.ZodType): string {
  return (toJson(union).oneOf ?? [])
    .map((message) => {
      const type = constOf(asSchema(message.properties?.type));
      const { type: _, ...properties } = message.properties ?? {};
      const table = fieldTable({ ...message, properties });
      return `#### \`${type}\`\n\n${message.description ?? ''}\n\n${table}`.trim();
    })
    .join('\n\n');
}

/** The named objects, one table each. */
export function objectTables(): string {
  return NAMED.map(
    ([name, schema]) => `#### ${name}\n\n${fieldTable({ ...toJson(schema), title: '' })}`,
  ).join('\n\n');
}

/** The fields of one object. */
export function objectTable(schema: z.ZodType): string {
  return fieldTable(toJson(schema));
}

function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema, '');
  return rows.length === 0 ? 'No fields.' : markdownTable(['Field', 'Type', 'Meaning'], rows);
}

function fieldRows(schema: JsonSchema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = asSchema(property);
    const optional = schema.required?.includes(name) ? '' : ', optional';
    const row = [`\`${prefix}${name}\``, `${typeOf(field)}${optional}`, field.description ?? ''];
    const item = asSchema(field.items);
    if (isInline(field)) return [row, ...fieldRows(field, `${prefix}${name}.`)];
    if (isInline(item)) return [row, ...fieldRows(item, `${prefix}${name}[].`)];
    return [row];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.title) return schema.title;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) {
    if (schema.enum.length > MAX_ENUM) return `one of ${schema.enum.length} words`;
    return schema.enum.map((value) => `\`"${value}"\``).join(' or ');
  }
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map((option) => typeOf(asSchema(option))).join(' or ');
  }
  switch (schema.type) {
    case 'array':
      return `list of ${typeOf(asSchema(schema.items))}${lengthOf(schema.minItems, schema.maxItems)}`;
    case 'object':
      return schema.additionalProperties ? 'object of numbers' : 'object';
    case 'string':
      return stringOf(schema);
    case 'integer':
    case 'number':
      return `${schema.type}${rangeOf(schema)}`;
    default:
      return [schema.type].flat().join(' or ');
  }
}

function stringOf(schema: JsonSchema): string {
  if (schema.pattern === '^[a-z0-9-]{1,64}$') return 'id';
  if (schema.contentEncoding === 'base64') return 'base64 text';
  if (schema.format === 'date-time') return 'ISO 8601 time';
  return `text${lengthOf(schema.minLength, schema.maxLength)}`;
}

function lengthOf(min: number | undefined, max: number | undefined): string {
  return max === undefined ? '' : ` (${min ?? 0} to ${max})`;
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  // Zod gives every integer the bounds within which a double is exact.
  if (minimum === undefined || maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) {
    return '';
  }
  return ` (${minimum} to ${maximum})`;
}

function isInline(schema: JsonSchema): boolean {
  return schema.properties !== undefined && !schema.title;
}

function constOf(schema: JsonSchema): string {
  return String(schema.const);
}

function asSchema(schema: JsonSchema['items'] | JsonSchema['properties']): JsonSchema {
  return typeof schema === 'object' && !Array.isArray(schema) ? (schema as JsonSchema) : {};
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    override({ zodSchema, jsonSchema }) {
      // A described copy of a schema is another object, but has the same shape.
      const { shape } = zodSchema._zod.def as { shape?: unknown };
      const named = NAMED.find(([, { _zod }]) => shape !== undefined && _zod.def.shape === shape);
      if (named !== undefined) jsonSchema.title = named[0];
    },
  });
}
