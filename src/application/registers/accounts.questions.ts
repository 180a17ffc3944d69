import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Role } from '../../domain/shared/actor.js';
import type { Instant } from '../../domain/shared/time.js';
import { Matrices, NoMatrixInForce } from '../access/matrices.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Clock } from '../shared/ports.js';
import { ListAccounts, type AccountFilter, type AccountPage, type AccountPlace } from './accounts.queries.js';
import { GetServices, WrittenKinds, type CatalogueFinding, type ServicesAnswer } from './services.queries.js';
import { grantsAt, StaffAccounts } from './staff-accounts.js';

/** A page of accounts, and where what it says of grants comes from. */
export interface AccountAnswer extends AccountPage {
  /** Day of the list of the identity provider; null: none was given. */
  readonly listOf: string | null;
  /** What the answer knows, and who must say the rest. */
  readonly fr: readonly string[];
}

/** Where events of a catalogue of services and of consents to exchange with them lie, in a version that has one. */
const OF_SERVICES = ['service', 'pairing'] as const;
/** Every kind of account there is; a further one does not compile without its place here. */
const ROLES: Readonly<Record<Role, true>> = {
  ...{ person: true, bearer: true, professional: true, facility: true, insurer: true, support: true, operator: true },
  ...{ compliance: true, archivist: true, auditor: true, system: true },
};

/** What a controller asks of accounts and of services; domain reference 8.4, points 4 and 12. */
@Injectable()
export class AccountQuestions {
  constructor(
    private readonly queries: QueryBus,
    private readonly staff: StaffAccounts,
    private readonly matrices: Matrices,
    private readonly kinds: WrittenKinds,
    private readonly clock: Clock,
  ) {}

  /** Every account that left a fact or was given a role, by `actor` and `account`. */
  async accounts(filter: AccountFilter, page: AccountPlace, caller: Caller): Promise<AccountAnswer> {
    const asking = askingOf(caller, this.clock.now());
    const list = await this.staff.read();
    const listed = list === null ? null : grantsAt(list, asking.asOf ?? this.clock.now());
    const found: AccountPage = await this.queries.execute(new ListAccounts(filter, page, listed, asking));
    return { ...found, listOf: list?.of ?? null, fr: wordsOfAccounts(list?.of ?? null) };
  }

  /** What this version knows of referenced services, and what passed to and from others. */
  async services(caller: Caller): Promise<ServicesAnswer> {
    const asking = askingOf(caller, this.clock.now());
    const releases = await this.queries.execute(new GetServices(asking));
    const at = asking.asOf ?? this.clock.now();
    return { at, catalogue: await this.catalogueAt(at), releases };
  }

  private async catalogueAt(at: Instant): Promise<CatalogueFinding> {
    const written = OF_SERVICES.filter((category) => this.kinds.categories.includes(category));
    const matrix = await this.matrixAt(at);
    return { written, roles: Object.keys(ROLES) as Role[], matrix, fr: wordsOfCatalogue(written, matrix) };
  }

  private async matrixAt(at: Instant): Promise<CatalogueFinding['matrix']> {
    try {
      const { version, professions } = await this.matrices.inForce(at);
      return { version, professions: professions.size };
    } catch (error) {
      if (error instanceof NoMatrixInForce) return null;
      throw error;
    }
  }
}

const USES =
  'Les usages (première et dernière utilisation, nombre de faits) viennent du journal ; ce qui a été détruit avec un espace n’y est plus.';
const AUDITORS = 'Les comptes de contrôleurs, leur terme et leur retrait viennent du journal.';
const OUTSIDE =
  'Les professionnels sont habilités hors de ce service (RPPS, Pro Santé Connect) et les logiciels d’établissement par leur enregistrement : leurs attributions et retraits ne figurent pas ici.';
const wordsOfAccounts = (listOf: string | null): readonly string[] => [
  USES,
  AUDITORS,
  listOf === null
    ? 'Attributions, revues et retraits des comptes d’agents : seul le fournisseur d’identité les connaît, et il n’en a donné aucune liste à cette installation.'
    : `Attributions, revues et retraits des comptes d’agents : liste du fournisseur d’identité du ${listOf}.`,
  OUTSIDE,
];

/** What a version that writes these categories of services says of them, in French. */
export function wordsOfCatalogue(written: readonly string[], matrix: CatalogueFinding['matrix']): string {
  const rows =
    matrix === null
      ? 'Aucune matrice n’était en vigueur.'
      : `La matrice n° ${matrix.version} a ${matrix.professions} professions ; un service n’en est pas une.`;
  if (written.length > 0) return `Faits de services écrits par cette version : ${written.join(', ')}. ${rows}`;
  return `Cette version n’a pas de catalogue de services : elle n’écrit aucun fait de convention, d’appairage ni de consentement à un échange, et aucun compte n’est celui d’un service référencé. ${rows} Ce qui a été transmis à d’autres, ou versé par eux, suit par destinataire et par motif.`;
}
