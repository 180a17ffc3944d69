import { said, type Texts } from './said.js';

/** The refusals of those who look into the past. */
export const replayProblemTexts: Readonly<Record<string, Texts>> = {
  'audit/facts-archived': said(
    'Ces faits sont archivés avec l’espace : seul un archiviste peut les rouvrir.',
    'These facts are archived with the space: only an archivist can open them again.',
  ),
  'audit/purpose-needed': said('Dites pourquoi vous consultez (X-Purpose).', 'Say why you look (X-Purpose).'),
  'audit/moments-in-wrong-order': said('Le second moment précède le premier.', 'The second moment lies before the first.'),
  'audit/too-wide': said(
    'Trop d’espaces sont concernés : choisissez une période plus courte, ou la ligne de commande.',
    'Too many spaces are concerned: choose a shorter period, or the command line.',
  ),
};
