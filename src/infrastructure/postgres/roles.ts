/** The roles the running system takes on; none can log in. Grants are in the migrations, beside the tables. */
export const DATABASE_ROLES = ['mes_owner', 'mes_writer', 'mes_projector', 'mes_reader', 'mes_vault', 'mes_sealer'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** What a connection at run time may be; `mes_owner` owns the log and is only used by migrations. */
export type RuntimeRole = Exclude<DatabaseRole, 'mes_owner'>;

/** Stands behind the one function through which events leave the log; no connection ever takes it on (migration 0010). */
export const ERASER_ROLE = 'mes_eraser';
