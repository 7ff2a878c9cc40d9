/** `steps.items[*].name`, taken apart. `*` stands for every entry of a list. */
export interface Path {
  readonly text: string;
  /** The step or name that it starts at. */
  readonly root: string;
  readonly rest: readonly (string | number | typeof EVERY)[];
}

export const EVERY = Symbol('every entry');

export type Literal = string | number | boolean | readonly (string | number)[];

export type Operand =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'count'; readonly path: Path };

export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>', 'contains', 'in'] as const;
export type Operator = (typeof OPERATORS)[number];

export type Expression =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not' | 'surely'; readonly part: Expression }
  | { readonly kind: 'exists' | 'empty' | 'unknown' | 'truth'; readonly path: Path }
  | { readonly kind: 'any'; readonly path: Path; readonly where: Expression }
  | { readonly kind: 'compare'; readonly left: Operand; readonly operator: Operator; readonly right: Operand };

/** Says what is wrong with an expression or a path, in one clause. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}
