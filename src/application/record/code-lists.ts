/** The codes in force: types with their class and category, and the value sets that an entry may use. */
export abstract class CodeLists {
  /** What is known of a type of document; null for no type at all. `classCode` null: not in the set that may be deposited. */
  abstract type(
    code: string,
  ): { readonly system: string; readonly classCode: string | null; readonly category: string | null; readonly label: string } | null;
  /** True when the code is in the value set. */
  abstract has(list: 'classCode' | 'formatCode' | 'facilityType' | 'practiceSetting' | 'confidentiality', code: string): boolean;
}
