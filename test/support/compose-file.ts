import { parse } from 'yaml';
import { textOf } from './project-files.js';

/** A service of docker-compose.yml, as far as tests look at it; merge keys are already resolved. */
export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>> | readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly restart?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly ipam: { readonly config: readonly { readonly subnet: string }[] } }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const composeText = textOf('docker-compose.yml');
export const composeFile = parse(composeText, { merge: true }) as ComposeFile;
/** Name and service, in the order of the file. */
export const composeServices: readonly (readonly [string, ComposeService])[] = Object.entries(composeFile.services);

/** The service of that name; a test that asks for another one has a misspelt name. */
export function composeService(name: string): ComposeService {
  const service = composeFile.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}
