/**
 * Why an act was allowed or refused, as it is kept with the fact (member `ground` of `m`): the rule, its reason, the version of the authorisation matrix, and
 * the places of the facts it rested on. With the facts of that day anybody comes to the same answer.
 */
export interface RecordedGround {
  readonly outcome: 'ALLOW' | 'DENY';
  readonly rule: string;
  readonly reason: string;
  /** How the actor came: `normal`, `bris_de_glace`, `centre_15`. */
  readonly mode: string;
  readonly matrix: number | null;
  readonly facts: readonly { readonly stream: string; readonly rev: number }[];
}
