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

/**
 * Each object costs 2 and multiplies what lies in it by 1.5, each scalar costs 1; fragments count wherever they are spread. What a fragment costs is
 * found out once and multiplied: fragments that spread each other make a tree of any size out of a few words.
 */
class Cost {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly ofFragments = new Map<string, number>();

  constructor(context: ValidationContext) {
    for (const node of context.getDocument().definitions)
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
  }

  of(set: SelectionSetNode | undefined): number {
    let cost = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) cost += this.ofFragment(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) cost += this.of(selection.selectionSet);
      else cost += selection.selectionSet ? 2 + 1.5 * this.of(selection.selectionSet) : 1;
    }
    return cost;
  }

  /** One that spreads itself, or that there is not, adds nothing: other rules refuse its document. */
  private ofFragment(name: string): number {
    const known = this.ofFragments.get(name);
    if (known !== undefined) return known;
    this.ofFragments.set(name, 0);
    const cost = this.of(this.fragments.get(name)?.selectionSet);
    this.ofFragments.set(name, cost);
    return cost;
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
