import type { AccessEvent } from '../access/access-vocabulary.js';
import type { PassageEvent } from '../access/passage.js';
import type { SpaceEvent } from '../enrolment/space-vocabulary.js';
import type { CopyEvent } from '../portability/copy-vocabulary.js';
import type { DocumentEvent } from '../record/document-vocabulary.js';
import type { Actor } from '../shared/actor.js';
import type { Intent, Of } from '../shared/decider.js';
import { categoryOf, trueOn, type Recorded, type StreamName } from '../shared/fact.js';
import type { Consequence, Process } from '../shared/process.js';
import type { Instant } from '../shared/time.js';
import type { NoticeAbout, NoticeBy, NoticeWish } from './notice-vocabulary.js';

/** What somebody may have to be told of; who may know of it is found where it is carried. */
export type TellHolder = Intent<
  'TellHolder',
  Omit<NoticeWish, 'notice' | 'hiddenFrom'> & {
    /** The veil the fact lies under. */ readonly veil?: StreamName;
    /** Done under the secret of a minor: not for his representatives. */ readonly secret?: true;
    /** Told although the veil hides the document itself: that there is something to know, or that it may be known from now on. */ readonly announced?: true;
  }
>;
/** An emergency is told to the attending doctor at once (CSP R.1111-48); who that is, is found where it is carried. */
export type TellAttendingDoctor = Intent<
  'TellAttendingDoctor',
  { readonly on: Instant; readonly who: NoticeBy; readonly about: NoticeAbout }
>;
export type NoticeCall = TellHolder | TellAttendingDoctor;

type Fact = Recorded<DocumentEvent | CopyEvent | AccessEvent | PassageEvent | SpaceEvent>;
type Calls = readonly Consequence<NoticeCall>[];
interface Telling {
  readonly kind: NoticeWish['kind'];
  readonly document?: string;
  readonly announced?: true;
}

/** The person as he stated himself; null for the holder's own side, who need not be told what it did. */
export function whoActed(actor: Actor): NoticeBy | null {
  if (actor.role === 'person' || actor.role === 'bearer') return null;
  if (actor.role === 'professional') {
    const { id, name, profession, facility } = actor.professional;
    return { kind: 'PROFESSIONAL', id, name, profession, ...(facility ? { facility } : {}) };
  }
  if (actor.role === 'facility') return { kind: 'FACILITY', id: actor.facility.id, name: actor.facility.name };
  if (actor.role === 'insurer') return { kind: 'INSURER' };
  return { kind: actor.role === 'support' ? 'SUPPORT' : 'SERVICE' };
}

const aboutOf = ({ stream, rev }: Fact): NoticeAbout => ({ stream: categoryOf(stream), rev });

/** The space a fact speaks of: its stream says it, or, under a veil, the fact; undefined where neither does. */
const spaceOf = ({ stream, event }: Fact, id: string): string | undefined =>
  categoryOf(stream) === 'veil' ? (event as { readonly space?: string }).space : id;

function tell(fact: Fact, id: string, telling: Telling): Calls {
  const who = whoActed(fact.meta.who);
  const space = spaceOf(fact, id);
  if (who === null || space === undefined) return [];
  const veil = categoryOf(fact.stream) === 'veil' ? { veil: fact.stream } : {};
  const secret = fact.meta.secret ? { secret: true as const } : {};
  const wish = { type: 'TellHolder', ...telling, on: trueOn(fact), who, ...veil, ...secret, about: aboutOf(fact) } as const;
  return [{ id: space, wish }];
}

const document =
  (kind: NoticeWish['kind'], more: Pick<Telling, 'announced'> = {}) =>
  (fact: Recorded<DocumentEvent & { readonly document: string }>, id: string): Calls =>
    tell(fact, id, { kind, document: fact.event.document, ...more });
const rights = (fact: Recorded<AccessEvent>, id: string): Calls => tell(fact, id, { kind: 'RIGHTS_CHANGED' });

/** That somebody has a space is asked by everybody who may have to feed it; it shows nothing of it (domain reference 13.13). */
const SHOWS_NOTHING: readonly string[] = ['FindPatient'];

function accessed(fact: Recorded<Of<PassageEvent, 'AccessGranted'>>, id: string): Calls {
  const { who, ground } = fact.meta;
  if (who.role !== 'professional' || SHOWS_NOTHING.includes(fact.event.action)) return [];
  return tell(fact, id, { kind: ground === undefined || ground.mode === 'normal' ? 'ACCESS' : 'EMERGENCY_ACCESS' });
}

function emergency(fact: Recorded<Of<AccessEvent, 'BreakGlassUsed'>>, id: string): Calls {
  const who = whoActed(fact.meta.who);
  if (who === null) return [];
  return [
    ...tell(fact, id, { kind: 'EMERGENCY_ACCESS' }),
    { id, wish: { type: 'TellAttendingDoctor', on: trueOn(fact), who, about: aboutOf(fact) } },
  ];
}

/** A deposit that is hidden from the holder is told when it is announced, or when he may see it (CSP R.1111-53). */
function deposited(fact: Recorded<Of<DocumentEvent, 'DocumentDeposited'>>, id: string): Calls {
  const { version, confidentiality } = fact.event;
  if (version === 1 && confidentiality.includes('INVISIBLE_PATIENT')) return [];
  return document(version === 1 ? 'DOCUMENT_ADDED' : 'DOCUMENT_CHANGED')(fact, id);
}

type OfVersions = Of<DocumentEvent, 'DocumentConfidentialityChanged' | 'AnnouncementConsultationHeld' | 'DocumentRevealedAutomatically'>;
/** Told once, of the version that counts. */
const once =
  (kind: NoticeWish['kind'], more: Pick<Telling, 'announced'> = {}) =>
  (fact: Recorded<OfVersions>, id: string): Calls =>
    fact.event.along === undefined ? document(kind, more)(fact, id) : [];

/** What others did in a space, and what its holder is therefore told (domain reference 3.9). Who looked for himself, or works for the service, calls for nothing. */
export const holderNotices: Process<DocumentEvent | CopyEvent | AccessEvent | PassageEvent | SpaceEvent, NoticeCall> = {
  name: 'holder-notices',
  listensTo: ['record', 'veil', 'access', 'passage', 'space'],
  on: {
    DocumentDeposited: deposited,
    DocumentConfidentialityChanged: once('DOCUMENT_CHANGED'),
    DocumentArchived: document('DOCUMENT_CHANGED'),
    DocumentUnarchived: document('DOCUMENT_CHANGED'),
    // Who opposed was told that nothing is left.
    DocumentUnpublished: (fact, id) => (fact.event.reason === 'OPENING_REVOKED' ? [] : document('DOCUMENT_CHANGED')(fact, id)),
    AnnouncementConsultationHeld: once('DOCUMENT_ADDED', { announced: true }),
    // Without the document: that something waits is all that may be said.
    AnnouncementReminderSent: (fact, id) => tell(fact, id, { kind: 'ANNOUNCEMENT_REMINDER', announced: true }),
    DocumentRevealedAutomatically: once('DOCUMENT_REVEALED', { announced: true }),

    AccessGranted: accessed,
    BreakGlassUsed: emergency,

    AccessConsentRecorded: rights,
    AccessConsentWithdrawn: rights,
    TemporaryAccessUsed: rights,
    ProfessionalBlocked: rights,
    ProfessionalUnblocked: rights,
    FacilityBlocked: rights,
    FacilityUnblocked: rights,
    AttendingDoctorDeclared: rights,
    AttendingDoctorEnded: rights,
    AdministratorGranted: rights,
    AdministratorRevoked: rights,
    LegalRepresentativeLinked: rights,
    LegalRepresentationEnded: rights,

    // Whoever asked for it finds it in the space; the e-mail says that it is ready, and nothing of what is in it.
    CopyReady: (fact, id) => tell(fact, id, { kind: 'COPY_READY' }),
    CopyFailed: (fact, id) => tell(fact, id, { kind: 'COPY_FAILED' }),

    SpaceClosed: (fact, id) => tell(fact, id, { kind: 'SPACE_CLOSED' }),
    SpaceReopened: (fact, id) => tell(fact, id, { kind: 'SPACE_REOPENED' }),
  },
};
