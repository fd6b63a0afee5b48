// What an address may set: JSON Schema, as much of it as course/widgets/base.py writes. A type stands first: later rules rely on it.

const TYPES = {
  number: Number.isFinite,
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  array: Array.isArray,
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
};
const RULES = {
  type: (value, type) => TYPES[type](value),
  enum: (value, values) => values.some((each) => JSON.stringify(each) === JSON.stringify(value)),
  minimum: (value, low) => value >= low,
  maximum: (value, high) => value <= high,
  maxLength: (value, most) => value.length <= most,
  minItems: (value, least) => value.length >= least,
  maxItems: (value, most) => value.length <= most,
  items: (value, schema) => value.every((each) => fits(each, schema)),
  prefixItems: (value, schemas) => schemas.every((schema, k) => fits(value[k], schema)),
  propertyNames: (value, schema) => Object.keys(value).every((name) => fits(name, schema)),
  additionalProperties: (value, schema) => Object.values(value).every((each) => fits(each, schema)),
};

export const fits = (value, schema) => Object.entries(schema).every(([rule, wanted]) => RULES[rule]?.(value, wanted) ?? true);
