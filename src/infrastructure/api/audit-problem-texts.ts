import { said, type Texts } from './said.js';

/** Refusal codes of those who watch over the service, and what is said to the person. */
export const auditProblemTexts: Readonly<Record<string, Texts>> = {
  'audit/no-such-quarantine': said('Cette quarantaine n’existe pas.', 'There is no such quarantine.'),
  'audit/quarantine-settled': said('Cette quarantaine a déjà pris fin.', 'This quarantine has already ended.'),
  'audit/purpose-needed': said('Indiquez pourquoi vous consultez (en-tête X-Purpose).', 'Say why you look (header X-Purpose).'),
  'audit/reason-needed': said('Donnez un motif.', 'Give a reason.'),
  'audit/still-unreadable': said('Cet événement reste illisible.', 'This event still cannot be read.'),
};
