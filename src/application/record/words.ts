/** A sentence for a person, in the two languages of the service. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}
