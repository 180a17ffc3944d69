import {
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** What one document may ask for; figures of graphql-armor, checked by attack. */
export const graphqlLimits = { depth: 8, aliases: 15, tokens: 1_000, cost: 5_000, questions: 5, mutations: 1, directives: 50 } as const;

/** Marks what a limit refused, so that the formatter gives the code of it. */
export const TOO_COSTLY = 'request/graphql-too-costly';
const tooCostly = (): GraphQLError => new GraphQLError(TOO_COSTLY, { extensions: { code: TOO_COSTLY } });

/** Each object costs 2 and multiplies what lies in it by 1.5, each scalar costs 1; fragments count wherever they are spread. */
class Cost {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(private readonly context: ValidationContext) {
    for (const node of context.getDocument().definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
  }

  /** Stops counting as soon as the limit is passed, and inside a fragment that spreads itself. */
  of(set: SelectionSetNode | undefined, factor = 1, within: readonly string[] = []): number {
    let cost = 0;
    for (const selection of set?.selections ?? []) {
      if (cost > graphqlLimits.cost) return cost;
      if (selection.kind === Kind.FRAGMENT_SPREAD) cost += this.ofFragment(selection.name.value, factor, within);
      else if (selection.kind === Kind.INLINE_FRAGMENT) cost += this.of(selection.selectionSet, factor, within);
      else cost += selection.selectionSet ? 2 * factor + this.of(selection.selectionSet, factor * 1.5, within) : factor;
    }
    return cost;
  }

  private ofFragment(name: string, factor: number, within: readonly string[]): number {
    return within.includes(name) ? 0 : this.of(this.fragments.get(name)?.selectionSet, factor, [...within, name]);
  }
}

/** By parent type, so that a fragment does not hide root fields. One wish per document: it has one Idempotency-Key. */
const rootField = (context: ValidationContext): ['questions' | 'mutations', number] => {
  const parent = context.getParentType();
  if (parent === context.getSchema().getMutationType()) return ['mutations', 1];
  return ['questions', parent === context.getSchema().getQueryType() ? 1 : 0];
};

/** Refuses documents with too many aliases, directives or root fields, or too high a cost. Mercurius itself limits depth and tokens. */
export const withinLimits: ValidationRule = (context: ValidationContext): ASTVisitor => {
  const counted = { aliases: 0, directives: 0, questions: 0, mutations: 0 };
  const cost = new Cost(context);
  const reported = new Set<string>();
  const count = (what: keyof typeof counted, by: number): void => {
    counted[what] += by;
    if (counted[what] > graphqlLimits[what] && !reported.has(what)) context.reportError(tooCostly());
    if (counted[what] > graphqlLimits[what]) reported.add(what);
  };
  return {
    enter: (node) => {
      if (node.kind === Kind.FIELD && node.alias) count('aliases', 1);
      if (node.kind === Kind.FIELD) count(...rootField(context));
      if (node.kind === Kind.DIRECTIVE) count('directives', 1);
      if (node.kind === Kind.OPERATION_DEFINITION && cost.of(node.selectionSet) > graphqlLimits.cost) context.reportError(tooCostly());
    },
  };
};

/** What is told live has no place in one answer: subscriptions come over a WebSocket. */
export const noSubscriptions: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition: (node) => {
    if (node.operation === OperationTypeNode.SUBSCRIPTION) context.reportError(new GraphQLError('subscriptions come over a WebSocket'));
  },
});

/** The rules beyond those of the specification. */
export const extraRules = (introspection: boolean): ValidationRule[] =>
  introspection ? [withinLimits] : [withinLimits, NoSchemaIntrospectionCustomRule];
