import type { Provider } from '@nestjs/common';
import { Clock } from '../../application/shared/ports.js';
import { Settings } from '../settings/settings.js';
import { LocalIssuer } from './local-issuer.js';
import { remoteIssuers, TrustedIssuers } from './trusted-issuers.js';

/** The issuers of the settings, and the local one where they allow it. */
export const trustedIssuers: Provider = {
  provide: TrustedIssuers,
  inject: [Settings, Clock],
  useFactory: async (settings: Settings, clock: Clock): Promise<TrustedIssuers> => {
    const local = settings.localIssuer ? [(await LocalIssuer.open(settings, clock)).trusted] : [];
    return { all: [...remoteIssuers(settings), ...local] };
  },
};
