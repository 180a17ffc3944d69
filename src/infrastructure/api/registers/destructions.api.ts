import { Controller, Get, Query as FromQuery } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RegisterOrders } from '../../../application/registers/registers.orders.js';
import type { DestructionLine, RegisterPage } from '../../../application/registers/registers.queries.js';
import type { Caller } from '../../../application/shared/caller.js';
import { FromCaller } from '../caller.js';
import * as inputs from './inputs.js';
import { filterOf, placeOf } from './register-page.js';
import { DestructionPageView } from './views.js';

const said = 'Destructions: asked for when, done when, within three months or not, and under which certificate (CSP R.1111-36)';

/** Destructions of spaces and of the traces that outlived them, over REST. */
@ApiTags('Registers')
@Controller('registers/destructions')
export class DestructionsController {
  constructor(private readonly orders: RegisterOrders) {}

  @Get()
  @ApiOperation({ summary: said })
  @ApiOkResponse({ type: DestructionPageView })
  destructions(@FromQuery() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<DestructionLine>> {
    return this.orders.destructions(filterOf(args), placeOf(args), caller);
  }
}

/** Destructions of spaces and of the traces that outlived them, over GraphQL. */
@Resolver()
export class DestructionsResolver {
  constructor(private readonly orders: RegisterOrders) {}

  @Query(() => DestructionPageView, { description: `${said}.` })
  destructions(@Args() args: inputs.RegisterArgs, @FromCaller() caller: Caller): Promise<RegisterPage<DestructionLine>> {
    return this.orders.destructions(filterOf(args), placeOf(args), caller);
  }
}
