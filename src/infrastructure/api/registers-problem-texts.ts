import { said, type Texts } from './said.js';

/** Refusal codes of the registers of rights requests and breaches, and what is said to the person. */
export const registersProblemTexts: Readonly<Record<string, Texts>> = {
  'registers/already-answered': said('Cette demande a déjà reçu une réponse.', 'This request was already answered.'),
  'registers/already-extended': said('Le délai a déjà été prolongé une fois.', 'The delay was already extended once.'),
  'registers/authority-not-notified': said('L’autorité n’a pas encore été prévenue.', 'The authority has not been told yet.'),
  'registers/breach-closed': said('Cette violation est close.', 'This breach is closed.'),
  'registers/ground-needed': said('Dites sur quel fondement la demande est refusée.', 'Say on which ground the request is refused.'),
  'registers/no-such-breach': said('Cette violation n’est pas au registre.', 'This breach is not in the register.'),
  'registers/no-such-request': said('Cette demande n’est pas au registre.', 'This request is not in the register.'),
  'registers/not-yet': said('Ce moment n’est pas encore venu.', 'This moment has not come yet.'),
  'registers/people-not-informed': said(
    'Les personnes concernées n’ont pas encore été informées.',
    'The people concerned have not been told yet.',
  ),
  'registers/reason-for-delay-needed': said(
    'Plus de 72 heures ont passé : donnez les raisons du retard.',
    'More than 72 hours have passed: give the reasons for the delay.',
  ),
  'registers/reason-needed': said('Donnez un motif.', 'Give a reason.'),
  'registers/risk-not-judged': said('Le risque n’a pas encore été évalué.', 'The risk has not been judged yet.'),
  'registers/too-late-to-extend': said(
    'Le premier mois est écoulé : le délai ne peut plus être prolongé.',
    'The first month is over: the delay cannot be extended any more.',
  ),
};
