/** The official code lists of documents, as they stand now. Answered from memory; a new version of a list counts within seconds in every process. */
export abstract class CodeLists {
  /**
   * A type of document (typeCode); null for a code that is not, or not yet, in force. A deprecated one (`inForce` false) is still known: what was deposited
   * under it is read, and nothing more is. `classCode` and `category` are null for a type that is not deposited in a record.
   */
  abstract type(
    code: string,
  ): { system: string; classCode: string | null; category: string | null; label: string; inForce: boolean } | null;
  /** True when the code is in force in this list. */
  abstract has(list: 'classCode' | 'formatCode' | 'facilityType' | 'practiceSetting' | 'confidentiality', code: string): boolean;
}
