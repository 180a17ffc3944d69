import { said, type Texts } from './said.js';

/** What is said of the sealed log and of receipts out of it. */
export const sealProblemTexts: Readonly<Record<string, Texts>> = {
  'history/line-under-veil': said(
    'Cette ligne n’est pas encore connue de tous ceux qui ont droit à l’historique. Elle n’a pas de reçu jusque-là.',
    'Not everybody who is entitled to this history may know of this line yet. Until then it has no receipt.',
  ),
  'history/no-receipt-here': said(
    'Un représentant reçoit des reçus pour les consultations et les refus seulement.',
    'A representative gets receipts of looks and refusals only.',
  ),
  'history/no-such-line': said('Cette ligne n’est pas dans votre historique.', 'There is no such line in your history.'),
  'seal/not-yet': said(
    'Cette ligne sera scellée dans un instant. Redemandez son reçu.',
    'This line will be sealed in a moment. Ask for its receipt again.',
  ),
  'seal/nothing-here': said('Le journal scellé n’a rien à cette adresse.', 'The sealed log has nothing at this address.'),
};
