import { habilitations, type MatrixCommand } from '../../domain/access/matrix-version.js';
import type { Of } from '../../domain/shared/decider.js';
import { DomainCommand, handlersOf } from '../shared/domain-command.js';

type Wish<T extends MatrixCommand['type']> = Of<MatrixCommand, T>;

export class ProposeMatrixVersion extends DomainCommand<Wish<'ProposeMatrixVersion'>> {}
export class PublishMatrixVersion extends DomainCommand<Wish<'PublishMatrixVersion'>> {}

export const matrixCommands = { ProposeMatrixVersion, PublishMatrixVersion } as const;

export const matrixHandlers = handlersOf(habilitations, matrixCommands);
