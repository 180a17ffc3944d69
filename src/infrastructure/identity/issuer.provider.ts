import type { Provider } from '@nestjs/common';
import { Clock } from '../../application/shared/ports.js';
import { Settings } from '../settings/settings.js';
import { ClientAssertions } from './client-assertions.js';
import { FacilityClients } from './facility-clients.js';
import { FacilityIssuer } from './facility-issuer.js';
import { ForeignRoles, RememberedForeignRoles } from './foreign-roles.js';
import { LocalIssuer } from './local-issuer.js';
import { TokenCheck } from './token-check.js';
import { TokenGrants } from './token-grants.js';
import { remoteIssuers, TrustedIssuers } from './trusted-issuers.js';

/** The issuers of the settings, ourselves about facilities, and the local one where the settings allow it. */
const trustedIssuers: Provider = {
  provide: TrustedIssuers,
  inject: [Settings, Clock, FacilityIssuer],
  useFactory: async (settings: Settings, clock: Clock, facilities: FacilityIssuer): Promise<TrustedIssuers> => {
    const local = settings.localIssuer ? [(await LocalIssuer.open(settings, clock)).trusted] : [];
    return { all: [...remoteIssuers(settings), facilities.trusted, ...local] };
  },
};

/** Who knocks. Needs Settings, Clock, Log, PassageRecorder and SpentAssertions. */
export const identification: Provider[] = [
  trustedIssuers,
  {
    provide: FacilityIssuer,
    inject: [Settings, Clock],
    useFactory: (settings: Settings, clock: Clock) => FacilityIssuer.open(settings, clock),
  },
  { provide: FacilityClients, inject: [Settings], useFactory: (settings: Settings) => FacilityClients.open(settings) },
  { provide: ForeignRoles, useClass: RememberedForeignRoles },
  ClientAssertions,
  TokenCheck,
  TokenGrants,
];
