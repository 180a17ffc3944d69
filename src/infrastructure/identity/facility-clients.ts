import { readFile } from 'node:fs/promises';
import type { Settings } from '../settings/settings.js';
import { demoFacility } from './demo-facility.js';
import { clientsIn, type FacilityClient } from './facility-registrations.js';

/** Every software that may ask for tokens; read once at start. */
export class FacilityClients {
  private readonly byId: ReadonlyMap<string, FacilityClient>;

  constructor(clients: readonly FacilityClient[]) {
    this.byId = new Map(clients.map((client) => [client.id, client]));
  }

  /** Those of FACILITY_CLIENTS_FILE, and the one of the demonstration where there are personas. Throws UnsafeClients with every reason. */
  static async open({ facilityClientsFile: file, localIssuer, stateDir }: Settings): Promise<FacilityClients> {
    const registered = file === null ? [] : clientsIn(await readFile(file, 'utf8'));
    const demonstration = localIssuer ? [await demoFacility(stateDir)] : [];
    return new FacilityClients([...demonstration, ...registered]);
  }

  find(id: string): FacilityClient | undefined {
    return this.byId.get(id);
  }
}
