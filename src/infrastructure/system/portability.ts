import type { Provider } from '@nestjs/common';
import { CopyOrders } from '../../application/portability/copies.orders.js';
import { CopyQuestions } from '../../application/portability/copies.questions.js';
import { CopyFacts } from '../../application/portability/copy-facts.js';
import { CopyMaker } from '../../application/portability/copy-maker.js';
import { CopyPacking } from '../../application/portability/copy-ports.js';
import { CopySettling } from '../../application/portability/copy-settling.js';
import { ZipPacking } from '../portability/zip-packing.js';

/** Copies of what lies in a space, from the wish for one to its end. */
export const portability: Provider[] = [
  CopyFacts,
  CopyOrders,
  CopyQuestions,
  CopyMaker,
  { provide: CopyPacking, useClass: ZipPacking },
  CopySettling,
];
