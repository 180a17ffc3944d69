import { Body, Catch, Controller, Header, HttpCode, Post, UseFilters, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { GrantRefused, TokenGrants, type Granted } from '../../identity/token-grants.js';
import { ForClients } from '../caller.js';
import { TOKEN_ROUTE } from './token-route.js';

/** A refusal as RFC 6749 §5.2 wants it, for clients that know OAuth and not us. */
@Catch(GrantRefused)
export class OAuthErrors implements ExceptionFilter<GrantRefused> {
  catch({ error, description }: GrantRefused, host: ArgumentsHost): void {
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(error === 'invalid_client' ? 401 : 400)
      .header('cache-control', 'no-store')
      .send({ error, error_description: description });
  }
}

/** Where the software of a place of care asks for its tokens. The OpenAPI document names it as the token address of its OAuth scheme. */
@ApiExcludeController()
@Controller()
export class TokenController {
  constructor(private readonly grants: TokenGrants) {}

  @Post(TOKEN_ROUTE)
  @HttpCode(200)
  @ForClients()
  @UseFilters(OAuthErrors)
  @Header('cache-control', 'no-store')
  grant(@Body() form: unknown): Promise<Granted> {
    return this.grants.grant(form);
  }
}
