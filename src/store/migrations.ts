/**
 * The schema, as the steps that led to it. Steps are only ever added: a store written by an older Everyhop is brought
 * up to date at its next start, one written by a newer one is refused.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE authority_certificates (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL,              -- root, intermediate
     certificate BLOB NOT NULL,       -- DER
     private_key BLOB,                -- PKCS#8 DER; NULL once taken offline
     created_ms BIGINT NOT NULL,
     retired_ms BIGINT
   );
   CREATE UNIQUE INDEX authority_certificates_in_force ON authority_certificates (kind) WHERE retired_ms IS NULL;
   CREATE TABLE generations (
     id TEXT PRIMARY KEY,
     names TEXT NOT NULL,             -- sorted, joined by one space
     issuer TEXT NOT NULL,            -- private, or an ACME directory's URL
     chain_pem TEXT NOT NULL,         -- leaf first
     private_key BLOB NOT NULL,       -- PKCS#8 DER
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
];
