-- The log's one counter. Every write transaction locks this row first.
CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    next_index BIGINT NOT NULL,
    last_t BIGINT NOT NULL,
    minimum BIGINT NOT NULL,
    -- Why nothing is written any more, until a person recovers the log.
    frozen TEXT COLLATE "C"
);
INSERT INTO head (id, next_index, last_t, minimum, frozen) VALUES (1, 0, 0, 0, NULL);

CREATE TABLE entries (
    idx BIGINT NOT NULL PRIMARY KEY,
    entry_id BYTEA NOT NULL,
    t BIGINT NOT NULL,
    subject BYTEA,
    room TEXT COLLATE "C",
    scene TEXT COLLATE "C",
    event TEXT COLLATE "C",
    issuance BYTEA,
    fingerprint BYTEA,
    address TEXT COLLATE "C",
    -- Kind, provider and reason in one, of which there are few: by it every index below goes on.
    class TEXT COLLATE "C" NOT NULL,
    leaf BYTEA NOT NULL,
    body BYTEA NOT NULL
);
CREATE UNIQUE INDEX entries_by_id ON entries (entry_id);
CREATE INDEX entries_by_t ON entries (t, idx);
CREATE INDEX entries_by_class ON entries (class, idx);
CREATE INDEX entries_by_subject ON entries (subject, class, idx) WHERE subject IS NOT NULL;
CREATE INDEX entries_by_room ON entries (room, class, idx) WHERE room IS NOT NULL;
CREATE INDEX entries_by_subject_room ON entries (subject, room, class, idx) WHERE subject IS NOT NULL AND room IS NOT NULL;
CREATE INDEX entries_by_scene ON entries (scene, class, idx) WHERE scene IS NOT NULL;
CREATE INDEX entries_by_room_scene ON entries (room, scene, class, idx) WHERE room IS NOT NULL AND scene IS NOT NULL;
CREATE INDEX entries_by_event ON entries (event, class, idx) WHERE event IS NOT NULL;
CREATE INDEX entries_by_room_event ON entries (room, event, class, idx) WHERE room IS NOT NULL AND event IS NOT NULL;
CREATE INDEX entries_by_scene_event ON entries (scene, event, class, idx) WHERE scene IS NOT NULL AND event IS NOT NULL;
CREATE INDEX entries_by_place ON entries (room, scene, event, class, idx) WHERE room IS NOT NULL AND scene IS NOT NULL AND event IS NOT NULL;
CREATE INDEX entries_by_subject_event ON entries (subject, event, class, idx) WHERE subject IS NOT NULL AND event IS NOT NULL;
CREATE INDEX entries_by_subject_scene ON entries (subject, scene, class, idx) WHERE subject IS NOT NULL AND scene IS NOT NULL;
CREATE INDEX entries_by_address ON entries (address, class, idx) WHERE address IS NOT NULL;
CREATE UNIQUE INDEX entries_by_issuance ON entries (issuance) WHERE issuance IS NOT NULL;

CREATE FUNCTION entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.idx < (SELECT minimum FROM head) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'entries are never changed, and deleted only below the pruned minimum';
END
$$;
CREATE TRIGGER entries_refuse_change BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION entries_refuse();
CREATE TRIGGER entries_refuse_truncate BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION entries_refuse();
REVOKE UPDATE, TRUNCATE ON entries FROM PUBLIC;

-- The Merkle tree over the entries, as far as it is signed: one row, changed by compare-and-set.
CREATE TABLE tree (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    origin TEXT COLLATE "C" NOT NULL,
    signing_key BYTEA NOT NULL,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL,
    checkpoint TEXT COLLATE "C" NOT NULL,
    signed_at BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

-- Its tiles (tlog-tiles), each as wide as it is so far: a narrower one is its beginning.
CREATE TABLE tiles (
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, idx)
);

-- Logs that were taken over: what their keys signed is no contradiction any more.
CREATE TABLE retired_logs (
    vkey TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- Who does what only one may do at a time, until when, and for the how manyth time.
CREATE TABLE leases (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    fence BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE policy (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    idx BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE users (
    subject BYTEA NOT NULL PRIMARY KEY,
    username TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    did TEXT COLLATE "C",
    display_name TEXT COLLATE "C",
    enabled BOOLEAN NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL,
    -- When everything personal was removed, for good; the row stays for the numbers that were given to the user.
    erased_at BIGINT
);
CREATE UNIQUE INDEX users_by_username ON users (username);
CREATE UNIQUE INDEX users_by_did ON users (did);

-- A key for each user, sealed under the key-encryption key; what is sealed under it is gone when it is deleted.
CREATE TABLE subject_keys (
    subject BYTEA NOT NULL PRIMARY KEY REFERENCES users (subject),
    sealed BYTEA NOT NULL
);

CREATE TABLE sessions (
    session TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    subject BYTEA NOT NULL REFERENCES users (subject),
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    idle_seconds INTEGER NOT NULL,
    used_at BIGINT NOT NULL,
    ended BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_subject ON sessions (subject);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- From where a user logged in: sealed under the user's key, next to a keyed hash of the address.
-- A visit may be kept longer than the session that it started.
CREATE TABLE visits (
    session TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    subject BYTEA NOT NULL REFERENCES users (subject),
    at BIGINT NOT NULL,
    address_hash BYTEA NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX visits_by_subject ON visits (subject, at, session);
CREATE INDEX visits_by_address ON visits (address_hash);
CREATE INDEX visits_by_time ON visits (at);

CREATE TABLE rooms (
    room TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    profile TEXT COLLATE "C" NOT NULL,
    open_role TEXT COLLATE "C",
    event_required BOOLEAN NOT NULL,
    per_device BOOLEAN NOT NULL,
    with_did BOOLEAN NOT NULL,
    string_accounts BOOLEAN NOT NULL,
    media TEXT COLLATE "C" NOT NULL,
    e2ee BOOLEAN NOT NULL,
    archive TEXT COLLATE "C" NOT NULL,
    min_seconds BIGINT,
    default_seconds BIGINT,
    max_seconds BIGINT,
    closed BOOLEAN NOT NULL
);

CREATE TABLE members (
    room TEXT COLLATE "C" NOT NULL REFERENCES rooms (room),
    subject BYTEA NOT NULL REFERENCES users (subject),
    scene TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    sources TEXT COLLATE "C",
    PRIMARY KEY (room, subject, scene, event)
);
CREATE INDEX members_by_subject ON members (subject);

CREATE TABLE windows (
    room TEXT COLLATE "C" NOT NULL REFERENCES rooms (room),
    event TEXT COLLATE "C" NOT NULL,
    from_at BIGINT,
    until_at BIGINT,
    PRIMARY KEY (room, event)
);

CREATE TABLE meetings (
    room TEXT COLLATE "C" NOT NULL REFERENCES rooms (room),
    number BIGINT NOT NULL,
    provider_room TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (room, number)
);
CREATE UNIQUE INDEX meetings_running ON meetings (room) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX meetings_by_session ON meetings (provider_room);

-- The number that a user has in a room, where the provider's participants are numbers; it is never given away.
CREATE TABLE uids (
    room TEXT COLLATE "C" NOT NULL REFERENCES rooms (room),
    subject BYTEA NOT NULL REFERENCES users (subject),
    device TEXT COLLATE "C" NOT NULL,
    uid BIGINT NOT NULL,
    PRIMARY KEY (room, subject, device)
);
CREATE UNIQUE INDEX uids_by_number ON uids (room, uid);

-- Products' servers; their secrets sealed under the key-encryption key.
CREATE TABLE backends (
    backend TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    secret BYTEA NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    rooms TEXT COLLATE "C" NOT NULL,
    added_at BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL
);

-- Ids of project JWTs that were used, until they expire: each is good once.
CREATE TABLE jtis (
    backend TEXT COLLATE "C" NOT NULL REFERENCES backends (backend),
    jti BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (backend, jti)
);
CREATE INDEX jtis_by_end ON jtis (expires_at);

-- A known text under the key-encryption key: a wrong key fails at start.
CREATE TABLE canary (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BYTEA NOT NULL
);
