import type { Words } from '../../application/record/words.js';
import type { SpaceQueryName } from '../../domain/access/action-names.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { englishDay, frenchDay, parisTime } from '../../application/shared/paris-words.js';
import { reasonInWords } from './reasons.js';
import { from, named, words, type Sentence } from './words.js';

/** A verb, as what was done and as what was tried, and its object. */
interface Act {
  readonly done: Words;
  readonly tried: Words;
  readonly what: Words;
}
const act = (fr: readonly [done: string, tried: string, what: string], en: readonly [done: string, tried: string, what: string]): Act => ({
  done: words(fr[0], en[0]),
  tried: words(fr[1], en[1]),
  what: words(fr[2], en[2]),
});
const look = (fr: string, en: string): Act => act(['consulté', 'consulter', fr], ['looked at', 'look at', en]);

const LOOKS: Readonly<Record<SpaceQueryName, Act>> = {
  GetSpaceOverview: look('l’état de votre espace', 'the state of your space'),
  GetActivityHistory: look('l’historique de votre espace', 'the history of your space'),
  ListAuditTrail: look('les traces des accès à votre espace', 'the audit trail of your space'),
  GetHistoryReceipt: act(
    ['demandé', 'demander', 'le reçu d’une ligne de votre historique'],
    ['asked for', 'ask for', 'the receipt of a line of your history'],
  ),
  PreviewClosure: look('les conséquences d’une clôture', 'what closing the space would mean'),
  GetEvidence: look('les preuves de votre information et de vos accords', 'the proofs of what you were told and agreed to'),
  PreviewEnding: look('jusqu’à quand votre espace est conservé', 'until when your space is kept'),
  FindSpaceByIdentity: act(
    ['recherché', 'rechercher', 'votre espace d’après votre identité'],
    ['looked up', 'look up', 'your space by your identity'],
  ),
  FindPatient: act(['vérifié', 'vérifier', 'que vous avez un espace'], ['checked', 'check', 'that you have a space']),
  ListDocuments: look('la liste de vos documents', 'the list of your documents'),
  GetDocument: look('la fiche d’un document', 'the entry of a document'),
  DownloadDocument: act(['ouvert', 'ouvrir', 'un document'], ['opened', 'open', 'a document']),
  GetDossier: look('votre dossier', 'your record'),
  ListRights: look('qui a accès à votre espace', 'who has access to your space'),
  PreviewMask: look('qui perdrait de vue un document', 'who would lose sight of a document'),
  ReplaySteps: act(
    ['rejoué', 'rejouer', 'l’historique de votre espace, pas à pas'],
    ['replayed', 'replay', 'the history of your space, step by step'],
  ),
  CompareMoments: act(
    ['comparé', 'comparer', 'deux états passés de votre espace'],
    ['compared', 'compare', 'two past states of your space'],
  ),
  WhoCouldSee: act(['recherché', 'rechercher', 'qui pouvait voir un document'], ['looked up', 'look up', 'who could see a document']),
  WhatCouldSee: act(
    ['recherché', 'rechercher', 'ce qu’un professionnel pouvait voir de votre espace'],
    ['looked up', 'look up', 'what a professional could see of your space'],
  ),
  WhatIf: act(
    ['examiné', 'examiner', 'les accès à votre espace sous d’autres règles'],
    ['examined', 'examine', 'the accesses to your space under other rules'],
  ),
  RehearseExport: act(
    ['compté', 'compter', 'ce qu’un export de votre espace contiendrait'],
    ['counted', 'count', 'what an export of your space would hold'],
  ),
  ListNotices: look('les notifications de votre espace', 'the notices of your space'),
  ListAccesses: look('qui a accédé à votre espace', 'who looked at your space'),
  ListCopies: look('la liste des copies de données demandées', 'the list of the copies of data that were asked for'),
  DownloadCopy: act(
    ['téléchargé', 'télécharger', 'une copie des données de votre espace'],
    ['downloaded', 'download', 'a copy of the data of your space'],
  ),
};
/** What people are refused besides looking; everything else is an operation. */
const WRITES: Readonly<Record<string, Act>> = {
  RequestCopy: act(['demandé', 'demander', 'une copie des données'], ['asked for', 'ask for', 'a copy of the data']),
  DepositDocument: act(['déposé', 'déposer', 'un document'], ['deposited', 'deposit', 'a document']),
  UnpublishDocument: act(['retiré', 'retirer', 'un document'], ['withdrawn', 'withdraw', 'a document']),
  RecordConsent: act(['enregistré', 'enregistrer', 'votre consentement'], ['recorded', 'record', 'your consent']),
  UseTemporaryAccess: act(['utilisé', 'utiliser', 'un code d’accès temporaire'], ['used', 'use', 'a code for a temporary access']),
  OpenEmergencyAccess: act(['ouvert', 'ouvrir', 'un accès en urgence'], ['opened', 'open', 'an emergency access']),
};
const OPERATION: Act = act(['fait', 'faire', 'une opération sur votre espace'], ['carried out', 'carry out', 'an operation on your space']);
const actOf = (action: string): Act => (LOOKS as Readonly<Record<string, Act | undefined>>)[action] ?? WRITES[action] ?? OPERATION;

const MODES: Readonly<Record<string, Words>> = {
  bris_de_glace: words(', en urgence (bris de glace)', ', in an emergency (break-glass)'),
  centre_15: words(', en urgence (régulation du centre 15)', ', in an emergency (medical regulation, 15)'),
};
const NONE: Words = words('', '');
const inMode = (mode: string): Words => MODES[mode] ?? NONE;

const asItStood = (asOf: string): Words =>
  asOf === ''
    ? NONE
    : words(
        `, à la date du ${frenchDay(asOf as Instant)} à ${parisTime(asOf as Instant)}`,
        `, as of ${englishDay(asOf as Instant)} at ${parisTime(asOf as Instant)}`,
      );
const asItWas = (asOf: string): Words => {
  const { fr, en } = asItStood(asOf);
  return words(`${fr} selon ce que l’on sait aujourd’hui`, `${en} by what is known today`);
};
const times = (again: number): Words => (again === 0 ? NONE : words(` (${again + 1} fois)`, ` (${again + 1} times)`));

/** `de consulter`, `d’ouvrir`. */
const deFrench = (verb: string): string => (/^[aeiouéh]/.test(verb) ? `d’${verb}` : `de ${verb}`);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What was asked for may be no document at all: only what has the form of one is kept. */
const kept = (document: string | undefined): string => (document !== undefined && UUID.test(document) ? document : '');
const idsOf = (document: string): readonly string[] => (document === '' ? [] : [document]);

/** Who looked, and who was refused. */
export const passageSentences: {
  readonly AccessGranted: Sentence<PassageEvent>;
  readonly AccessDenied: Sentence<Of<ActorEvent, 'AccessDenied'>>;
} = {
  AccessGranted: from(
    ({ action, asOf, knowledge, document }) => ({
      ...{ action, asOf: asOf ?? '', document: kept(document) },
      ...(knowledge === undefined ? {} : { knowledge }),
    }),
    ({ action, asOf, knowledge, document }, { who, mode, titles }) => {
      const { done, what } = actOf(action);
      const title = named(titles(idsOf(document)));
      const [how, then] = [inMode(mode), knowledge === 'TRUE' ? asItWas(asOf) : asItStood(asOf)];
      return words(
        `${who.fr} ${done.fr} ${what.fr}${title.fr}${then.fr}${how.fr}.`,
        `${who.en} ${done.en} ${what.en}${title.en}${then.en}${how.en}.`,
      );
    },
  ),
  AccessDenied: from(
    ({ action, reason, document }) => ({ action, reason, document: kept(document) }),
    ({ action, reason, document }, { who, mode, again, titles }) => {
      const { tried, what } = actOf(action);
      const title = named(titles(idsOf(document)));
      const [how, often, why] = [inMode(mode), times(again), reasonInWords(reason)];
      return words(
        `${who.fr} tenté ${deFrench(tried.fr)} ${what.fr}${title.fr}${how.fr}${often.fr}. Refus : ${why.fr}.`,
        `${who.en} tried to ${tried.en} ${what.en}${title.en}${how.en}${often.en}. Refused: ${why.en}.`,
      );
    },
  ),
};
