import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/**
 * mes_owner owns the log · mes_writer appends to it · mes_projector writes read models · mes_reader reads them · mes_vault holds keys and registry.
 * Roles belong to the whole server, and databases of one server may be migrated at the same moment: whoever comes second finds the work done.
 * The login only gains the right to become a role (SET), none of its rights (INHERIT).
 */
export class DatabaseRoles1795305600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE role_name text;
      BEGIN
        FOREACH role_name IN ARRAY ARRAY['mes_owner', 'mes_writer', 'mes_projector', 'mes_reader', 'mes_vault'] LOOP
          BEGIN
            IF to_regrole(role_name) IS NULL THEN
              EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role_name);
            END IF;
          EXCEPTION WHEN duplicate_object OR unique_violation THEN
            RAISE DEBUG 'another database made role %', role_name;
          END;
          IF NOT pg_has_role(current_user, role_name, 'SET') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', role_name);
          END IF;
        END LOOP;
      END $$`);
  }

  async down(): Promise<void> {
    return forwardOnly();
  }
}
