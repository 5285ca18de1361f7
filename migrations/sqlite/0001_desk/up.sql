-- The log's one counter. Every write transaction locks this row first.
CREATE TABLE head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    next_index BIGINT NOT NULL,
    last_t BIGINT NOT NULL,
    minimum BIGINT NOT NULL,
    -- Why nothing is written any more, until a person recovers the log.
    frozen TEXT
);
INSERT INTO head (id, next_index, last_t, minimum, frozen) VALUES (1, 0, 0, 0, NULL);

CREATE TABLE entries (
    idx INTEGER NOT NULL PRIMARY KEY,
    entry_id BLOB NOT NULL,
    t BIGINT NOT NULL,
    subject BLOB,
    room TEXT,
    scene TEXT,
    event TEXT,
    issuance BLOB,
    fingerprint BLOB,
    address TEXT,
    -- Kind, provider and reason in one, of which there are few: by it every index below goes on.
    class TEXT NOT NULL,
    leaf BLOB NOT NULL,
    body BLOB NOT NULL
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

CREATE TRIGGER entries_refuse_update BEFORE UPDATE ON entries
BEGIN
    SELECT RAISE(ABORT, 'entries are never changed');
END;
CREATE TRIGGER entries_refuse_delete BEFORE DELETE ON entries
WHEN OLD.idx >= (SELECT minimum FROM head)
BEGIN
    SELECT RAISE(ABORT, 'entries are deleted only below the pruned minimum');
END;

-- The Merkle tree over the entries, as far as it is signed: one row, changed by compare-and-set.
CREATE TABLE tree (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    origin TEXT NOT NULL,
    signing_key BLOB NOT NULL,
    size BIGINT NOT NULL,
    root BLOB NOT NULL,
    checkpoint TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

-- Its tiles (tlog-tiles), each as wide as it is so far: a narrower one is its beginning.
CREATE TABLE tiles (
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, idx)
);

-- Logs that were taken over: what their keys signed is no contradiction any more.
CREATE TABLE retired_logs (
    vkey TEXT NOT NULL PRIMARY KEY
);

-- Who does what only one may do at a time, until when, and for the how manyth time.
CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    fence BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE policy (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    idx BIGINT NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE users (
    subject BLOB NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    did TEXT,
    display_name TEXT,
    enabled BOOLEAN NOT NULL,
    role TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    -- When everything personal was removed, for good; the row stays for the numbers that were given to the user.
    erased_at BIGINT
);
CREATE UNIQUE INDEX users_by_username ON users (username);
CREATE UNIQUE INDEX users_by_did ON users (did);

-- A key for each user, sealed under the key-encryption key; what is sealed under it is gone when it is deleted.
CREATE TABLE subject_keys (
    subject BLOB NOT NULL PRIMARY KEY REFERENCES users (subject),
    sealed BLOB NOT NULL
);

CREATE TABLE sessions (
    session TEXT NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL,
    subject BLOB NOT NULL REFERENCES users (subject),
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
    session TEXT NOT NULL PRIMARY KEY,
    subject BLOB NOT NULL REFERENCES users (subject),
    at BIGINT NOT NULL,
    address_hash BLOB NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX visits_by_subject ON visits (subject, at, session);
CREATE INDEX visits_by_address ON visits (address_hash);
CREATE INDEX visits_by_time ON visits (at);

CREATE TABLE rooms (
    room TEXT NOT NULL PRIMARY KEY,
    profile TEXT NOT NULL,
    open_role TEXT,
    event_required BOOLEAN NOT NULL,
    per_device BOOLEAN NOT NULL,
    with_did BOOLEAN NOT NULL,
    string_accounts BOOLEAN NOT NULL,
    media TEXT NOT NULL,
    e2ee BOOLEAN NOT NULL,
    archive TEXT NOT NULL,
    min_seconds BIGINT,
    default_seconds BIGINT,
    max_seconds BIGINT,
    closed BOOLEAN NOT NULL
);

CREATE TABLE members (
    room TEXT NOT NULL REFERENCES rooms (room),
    subject BLOB NOT NULL REFERENCES users (subject),
    scene TEXT NOT NULL,
    event TEXT NOT NULL,
    role TEXT NOT NULL,
    sources TEXT,
    PRIMARY KEY (room, subject, scene, event)
);
CREATE INDEX members_by_subject ON members (subject);

CREATE TABLE windows (
    room TEXT NOT NULL REFERENCES rooms (room),
    event TEXT NOT NULL,
    from_at BIGINT,
    until_at BIGINT,
    PRIMARY KEY (room, event)
);

CREATE TABLE meetings (
    room TEXT NOT NULL REFERENCES rooms (room),
    number BIGINT NOT NULL,
    provider_room TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (room, number)
);
CREATE UNIQUE INDEX meetings_running ON meetings (room) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX meetings_by_session ON meetings (provider_room);

-- The number that a user has in a room, where the provider's participants are numbers; it is never given away.
CREATE TABLE uids (
    room TEXT NOT NULL REFERENCES rooms (room),
    subject BLOB NOT NULL REFERENCES users (subject),
    device TEXT NOT NULL,
    uid BIGINT NOT NULL,
    PRIMARY KEY (room, subject, device)
);
CREATE UNIQUE INDEX uids_by_number ON uids (room, uid);

-- Products' servers; their secrets sealed under the key-encryption key.
CREATE TABLE backends (
    backend TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    secret BLOB NOT NULL,
    scopes TEXT NOT NULL,
    rooms TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    revoked BOOLEAN NOT NULL
);

-- Ids of project JWTs that were used, until they expire: each is good once.
CREATE TABLE jtis (
    backend TEXT NOT NULL REFERENCES backends (backend),
    jti BLOB NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (backend, jti)
);
CREATE INDEX jtis_by_end ON jtis (expires_at);

-- A known text under the key-encryption key: a wrong key fails at start.
CREATE TABLE canary (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
);
