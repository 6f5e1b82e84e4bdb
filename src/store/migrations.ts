/**
 * The schema as a list of migrations. Bytes have PostgreSQL's type BYTEA: SQLite accepts any type name and stores bytes
 * unchanged. Only append: Everyhop migrates an older store when it opens it for writing, and rejects a newer one.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE authority_certificates (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,              -- root, intermediate
     certificate BYTEA NOT NULL,       -- DER
     private_key BYTEA,                -- PKCS#8 DER; NULL once taken offline
     created_ms BIGINT NOT NULL,
     retired_ms BIGINT
   );
   CREATE UNIQUE INDEX authority_certificates_in_force ON authority_certificates (kind) WHERE retired_ms IS NULL;
   CREATE TABLE generations (
     id TEXT PRIMARY KEY,
     names TEXT NOT NULL,             -- sorted, joined by one space
     issuer TEXT NOT NULL,            -- private, or an ACME directory's URL
     chain_pem TEXT NOT NULL,         -- leaf first
     private_key BYTEA NOT NULL,       -- PKCS#8 DER
     serial TEXT NOT NULL,            -- hex
     not_before_ms BIGINT NOT NULL,
     not_after_ms BIGINT NOT NULL,
     created_ms BIGINT NOT NULL,
     revoked_ms BIGINT
   );
   CREATE INDEX generations_by_names ON generations (names, created_ms);
   CREATE TABLE proofs (
     host TEXT PRIMARY KEY,
     proven_since_ms BIGINT NOT NULL, -- start of the time without a failed proof
     last_proven_ms BIGINT NOT NULL
   );
   CREATE TABLE trust_installs (
     store TEXT NOT NULL,             -- system, nss, java
     location TEXT NOT NULL,          -- the file or database that was changed
     fingerprint TEXT NOT NULL,       -- SHA-256 of the root, hex
     detail TEXT NOT NULL,            -- JSON with what uninstalling needs
     installed_ms BIGINT NOT NULL,
     PRIMARY KEY (store, location, fingerprint)
   );
   CREATE TABLE settings (
     name TEXT PRIMARY KEY,
     value TEXT NOT NULL
   );`,
  `CREATE TABLE acme_accounts (
     directory TEXT PRIMARY KEY,      -- URL of the authority's directory
     url TEXT,                        -- NULL until the authority has answered
     private_key BYTEA NOT NULL,       -- PKCS#8 DER; stored before its first use
     created_ms BIGINT NOT NULL
   );
   CREATE TABLE attempts (
     id TEXT PRIMARY KEY,
     authority TEXT NOT NULL,         -- URL of its directory
     names TEXT NOT NULL,             -- sorted, joined by one space
     began_ms BIGINT NOT NULL,
     outcome TEXT NOT NULL,           -- open (for ever if the program died), issued, failed
     exempt INTEGER NOT NULL,         -- 1: a renewal that the authority does not count
     code TEXT,                       -- error code
     detail TEXT,
     not_before_ms BIGINT             -- from Retry-After
   );
   CREATE INDEX attempts_by_authority ON attempts (authority, began_ms);
   CREATE TABLE renewal_advice (
     generation TEXT PRIMARY KEY,
     window_start_ms BIGINT,          -- NULL: none suggested
     window_end_ms BIGINT,
     renew_at_ms BIGINT,              -- random time in the window
     explanation_url TEXT,
     ask_again_ms BIGINT NOT NULL
   );
   CREATE TABLE presented_records (
     provider TEXT NOT NULL,
     fqdn TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (provider, fqdn, value)
   );`,
  `ALTER TABLE generations ADD COLUMN digest TEXT`, // SHA-256 of chain and key; NULL in rows of earlier versions
  `CREATE TABLE former_acme_accounts (
     directory TEXT NOT NULL,
     url TEXT,
     private_key BYTEA NOT NULL,       -- PKCS#8 DER
     created_ms BIGINT NOT NULL,
     ended_ms BIGINT NOT NULL         -- when this program learnt that the authority no longer accepts it
   )`,
  `CREATE TABLE live_folders (
     name TEXT PRIMARY KEY,           -- folder under live/
     names TEXT NOT NULL,             -- sorted, joined by one space
     owner TEXT NOT NULL              -- up: follows the configuration; obtain: a person asked for it
   )`,
  `CREATE TABLE access_keys (
     digest TEXT PRIMARY KEY,         -- SHA-256 of the key, hex
     name TEXT NOT NULL,
     sites TEXT NOT NULL,             -- host names joined by one space; empty: all
     expires_ms BIGINT,
     rate_count BIGINT,               -- requests in rate_period_ms
     rate_period_ms BIGINT,
     created_ms BIGINT NOT NULL,
     used_ms BIGINT,                  -- last use, roughly
     revoked_ms BIGINT
   );
   CREATE UNIQUE INDEX access_keys_in_force ON access_keys (name) WHERE revoked_ms IS NULL`,
];
