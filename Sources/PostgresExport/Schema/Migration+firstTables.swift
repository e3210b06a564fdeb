extension Migration {
    static let firstTables = """
        CREATE TABLE user_audit (
            id bigint NOT NULL,
            user_id bigint NOT NULL,
            version bigint NOT NULL,
            operation text NOT NULL,
            name text NOT NULL,
            email text NOT NULL,
            attributes jsonb NOT NULL,
            deleted boolean NOT NULL,
            actor text NOT NULL,
            reason text,
            request_id text NOT NULL,
            source_ip text,
            changes jsonb NOT NULL,
            restored_from bigint,
            timestamp timestamptz NOT NULL,
            PRIMARY KEY (id)
        );
        CREATE UNIQUE INDEX user_audit_user_version ON user_audit (user_id, version);
        CREATE INDEX user_audit_timestamp ON user_audit (timestamp);
        CREATE INDEX user_audit_actor ON user_audit (actor, timestamp);
        CREATE INDEX user_audit_email ON user_audit (lower(email), timestamp);
        COMMENT ON TABLE user_audit IS 'Every change to every user, in the order in which they were made; written by profile-export, complete up to export_state.last_lsn';
        COMMENT ON COLUMN user_audit.id IS 'Number of the record in the log (LSN): 1, 2, 3 … without gaps';
        COMMENT ON COLUMN user_audit.user_id IS 'The user who was changed; users.id';
        COMMENT ON COLUMN user_audit.version IS 'The state of the user that this change made: 1, 2, 3 … without gaps';
        COMMENT ON COLUMN user_audit.operation IS 'CREATE, UPDATE, DELETE or RESTORE';
        COMMENT ON COLUMN user_audit.name IS 'Name after the change; of a deletion, as it was';
        COMMENT ON COLUMN user_audit.email IS 'Email after the change; of a deletion, as it was';
        COMMENT ON COLUMN user_audit.attributes IS 'Attributes after the change; of a deletion, as they were';
        COMMENT ON COLUMN user_audit.deleted IS 'Whether the user was deleted by this change';
        COMMENT ON COLUMN user_audit.actor IS 'The account that made the change';
        COMMENT ON COLUMN user_audit.reason IS 'Why, in the words of the actor';
        COMMENT ON COLUMN user_audit.request_id IS 'The request that made the change';
        COMMENT ON COLUMN user_audit.source_ip IS 'The address that the request came from';
        COMMENT ON COLUMN user_audit.changes IS 'What differs from the version before: field → previous_value, new_value; attributes as attributes.<key>';
        COMMENT ON COLUMN user_audit.restored_from IS 'The version that a restore went back to';
        COMMENT ON COLUMN user_audit.timestamp IS 'When the change was made; strictly increasing with id';

        CREATE TABLE users (
            id bigint NOT NULL,
            name text NOT NULL,
            email text NOT NULL,
            attributes jsonb NOT NULL,
            version bigint NOT NULL,
            deleted boolean NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            audit_id bigint NOT NULL,
            PRIMARY KEY (id)
        );
        CREATE INDEX users_email ON users (lower(email));
        COMMENT ON TABLE users IS 'Every user, deleted ones too, as of export_state.last_lsn; written by profile-export';
        COMMENT ON COLUMN users.id IS 'Never used for another user';
        COMMENT ON COLUMN users.name IS 'Name; of a deleted user, as it was';
        COMMENT ON COLUMN users.email IS 'Email; of a deleted user, as it was';
        COMMENT ON COLUMN users.attributes IS 'Attributes; of a deleted user, as they were';
        COMMENT ON COLUMN users.version IS 'Number of the state: 1 when created, one more with every change';
        COMMENT ON COLUMN users.deleted IS 'Whether the user is deleted now';
        COMMENT ON COLUMN users.created_at IS 'When the user was created; deletion and restore keep it';
        COMMENT ON COLUMN users.updated_at IS 'When the newest version was made';
        COMMENT ON COLUMN users.audit_id IS 'The change that made this state; user_audit.id';

        CREATE TABLE export_substitutions (
            audit_id bigint NOT NULL,
            column_name text NOT NULL,
            original text NOT NULL,
            PRIMARY KEY (audit_id, column_name)
        );
        COMMENT ON TABLE export_substitutions IS 'Values of user_audit that PostgreSQL cannot hold: the character U+0000 (there U+FFFD), numbers beyond numeric (there strings)';
        COMMENT ON COLUMN export_substitutions.audit_id IS 'user_audit.id';
        COMMENT ON COLUMN export_substitutions.column_name IS 'The column of user_audit';
        COMMENT ON COLUMN export_substitutions.original IS 'The value as it was, as JSON; U+0000 stands there as an escape';

        CREATE TABLE export_state (
            only_row boolean NOT NULL DEFAULT true CHECK (only_row),
            store_id uuid NOT NULL,
            last_lsn bigint NOT NULL,
            tree_root text,
            exported_at timestamptz NOT NULL,
            PRIMARY KEY (only_row)
        );
        COMMENT ON TABLE export_state IS 'How far profile-export has come; written in the transaction of the rows';
        COMMENT ON COLUMN export_state.only_row IS 'Keeps the table at one row';
        COMMENT ON COLUMN export_state.store_id IS 'The store whose log is here';
        COMMENT ON COLUMN export_state.last_lsn IS 'The last record that is here; all before it are, too';
        COMMENT ON COLUMN export_state.tree_root IS 'Merkle tree root (RFC 6962) of the log up to last_lsn, as profile-log info shows it; null after an export from a server';
        COMMENT ON COLUMN export_state.exported_at IS 'When it was written';
        """
}
