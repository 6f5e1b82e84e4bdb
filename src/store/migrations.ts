/**
 * The schema, as the steps that led to it. Bytes are BYTEA, PostgreSQL's word for them: SQLite takes any name for a type and
 * stores bytes as they are. Steps are only ever added: a store written by an older Everyhop is brought
 * up to date at its next start, one written by a newer one is refused.
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
     detail TEXT NOT NULL,            -- JSON: what it takes to undo it
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
     private_key BYTEA NOT NULL,       -- PKCS#8 DER; stored before it is shown to anybody
     created_ms BIGINT NOT NULL
   );
   CREATE TABLE attempts (
     id TEXT PRIMARY KEY,
     authority TEXT NOT NULL,         -- URL of its directory
     names TEXT NOT NULL,             -- sorted, joined by one space
     began_ms BIGINT NOT NULL,
     outcome TEXT NOT NULL,           -- open (still: the program died in it), issued, failed
     exempt INTEGER NOT NULL,         -- 1: a renewal that the authority does not count
     code TEXT,                       -- of the error
     detail TEXT,
     not_before_ms BIGINT             -- what its Retry-After comes to
   );
   CREATE INDEX attempts_by_authority ON attempts (authority, began_ms);
   CREATE TABLE renewal_advice (
     generation TEXT PRIMARY KEY,
     window_start_ms BIGINT,          -- NULL: the authority gave none
     window_end_ms BIGINT,
     renew_at_ms BIGINT,              -- drawn in the window
     explanation_url TEXT,
     ask_again_ms BIGINT NOT NULL
   );
   CREATE TABLE presented_records (
     provider TEXT NOT NULL,
     fqdn TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (provider, fqdn, value)
   );`,
];
