/** Server settings by name, as in postgresql.conf. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Sized for two cores and a few gigabytes; everything here can be overridden. */
const DEFAULTS: ServerSettings = {
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  // The npm binaries are built without lz4.
  wal_compression: 'pglz',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '1',
  jit: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements, their parameters and the detail of an error can hold data of people: none of them reaches the server's log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
};

/** The arguments of the server. The door itself (loopback, no socket file, our port, scram) is not up for override. */
export function serverArguments(port: number, overrides: ServerSettings): string[] {
  const door = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    password_encryption: 'scram-sha-256',
  };
  return Object.entries({ ...DEFAULTS, ...overrides, ...door }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
