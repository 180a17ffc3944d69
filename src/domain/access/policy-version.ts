/**
 * Version of the rules as this software has them: raised with every change of the decision in `decide-access.ts`, `decide-document.ts` or a policy flag. Answers
 * about the past are given by the rules of today on the facts and the matrix of then, and name this version.
 */
export const POLICY_VERSION = '2026-11';
