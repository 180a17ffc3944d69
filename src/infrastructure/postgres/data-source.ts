import { DataSource } from 'typeorm';
import { migrations } from './migrations.js';

/** TypeORM gives connection and migrations; the schema is only ever what the migrations make of it. */
export function dataSourceFor(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'mes-migrate',
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    migrationsTableName: 'schema_migration',
    synchronize: false,
    logging: false,
    // One connection holds the lock while the other migrates.
    poolSize: 2,
  });
}
