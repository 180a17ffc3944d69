import type { Provider } from '@nestjs/common';
import { realignmentHandlers } from '../../application/audit/realignment.commands.js';
import { Realignment } from '../../application/audit/realignment.js';
import { RealignmentOrders } from '../../application/audit/realignment.orders.js';
import { PostgresRealignment } from '../realignment/postgres-realignment.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { LOG_NAME, type Platform } from './platform.js';
import { REPEATABLE } from './processes.js';

/** What makes registry and processes of this platform agree with its log. */
export const realignmentOf = ({
  store,
  reader,
  vault,
  pools,
}: Pick<Platform, 'store' | 'reader' | 'vault' | 'pools'>): PostgresRealignment =>
  new PostgresRealignment({
    store,
    reader,
    keys: vault,
    vault: pools.pool('mes_vault'),
    projector: pools.pool('mes_projector'),
    sealed: new SealedTree(pools.pool('mes_reader')),
    log: LOG_NAME,
    repeatable: REPEATABLE,
  });

/** The same for operators. */
export const realigning = (platform: Platform): Provider[] => [
  { provide: Realignment, useValue: realignmentOf(platform) },
  RealignmentOrders,
  ...realignmentHandlers,
];
