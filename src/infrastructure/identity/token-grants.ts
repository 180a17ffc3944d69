import { Injectable } from '@nestjs/common';
import { ClientAssertions } from './client-assertions.js';
import { FACILITY_TOKEN_SECONDS, FacilityIssuer } from './facility-issuer.js';

/** RFC 6749 §5.1. */
export interface Granted {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
}

/** RFC 6749 §5.2. */
export type GrantError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';
export class GrantRefused extends Error {
  constructor(
    readonly error: GrantError,
    readonly description: string,
  ) {
    super(error);
  }
}

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Gives tokens to software: the grant `client_credentials` (RFC 6749 §4.4) with a signed assertion (RFC 7523 §2.2). */
@Injectable()
export class TokenGrants {
  constructor(
    private readonly assertions: ClientAssertions,
    private readonly issuer: FacilityIssuer,
  ) {}

  /** `form`: the fields of a form. Throws GrantRefused, or StoreUnavailable when it cannot be seen whether the assertion was used before. */
  async grant(form: unknown): Promise<Granted> {
    if (!(form instanceof URLSearchParams)) throw new GrantRefused('invalid_request', 'a form is expected');
    if (theOnly(form, 'grant_type') !== 'client_credentials')
      throw new GrantRefused('unsupported_grant_type', 'only client_credentials is granted here');
    if (theOnly(form, 'client_assertion_type') !== ASSERTION)
      throw new GrantRefused('invalid_request', `client_assertion_type is ${ASSERTION}`);
    if (form.has('scope')) throw new GrantRefused('invalid_scope', 'there are no scopes: leave the field out');
    const client = await this.assertions.clientOf(theOnly(form, 'client_assertion'));
    const named = form.has('client_id') ? theOnly(form, 'client_id') : client?.id;
    if (client === null || named !== client.id) throw new GrantRefused('invalid_client', 'the client did not prove itself');
    return { access_token: await this.issuer.token(client), token_type: 'Bearer', expires_in: FACILITY_TOKEN_SECONDS };
  }
}

/** A field that is needed, and that stands once (RFC 6749 §3.2). */
function theOnly(form: URLSearchParams, name: string): string {
  const [value, ...more] = form.getAll(name);
  if (value === undefined || value === '' || more.length > 0) throw new GrantRefused('invalid_request', `${name} is given once`);
  return value;
}
