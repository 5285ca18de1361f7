//! The tables, the same in both databases.

diesel::table! {
    head (id) {
        id -> Integer,
        next_index -> BigInt,
        last_t -> BigInt,
        minimum -> BigInt,
        frozen -> Nullable<Text>,
    }
}

diesel::table! {
    entries (idx) {
        idx -> BigInt,
        entry_id -> Binary,
        t -> BigInt,
        subject -> Nullable<Binary>,
        room -> Nullable<Text>,
        scene -> Nullable<Text>,
        event -> Nullable<Text>,
        issuance -> Nullable<Binary>,
        fingerprint -> Nullable<Binary>,
        address -> Nullable<Text>,
        class -> Text,
        leaf -> Binary,
        body -> Binary,
    }
}

diesel::table! {
    tree (id) {
        id -> Integer,
        origin -> Text,
        signing_key -> Binary,
        size -> BigInt,
        root -> Binary,
        checkpoint -> Text,
        signed_at -> BigInt,
        fence -> BigInt,
    }
}

diesel::table! {
    tiles (level, idx) {
        level -> Integer,
        idx -> BigInt,
        hashes -> Binary,
    }
}

diesel::table! {
    retired_logs (vkey) {
        vkey -> Text,
    }
}

diesel::table! {
    leases (name) {
        name -> Text,
        holder -> Text,
        fence -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    policy (id) {
        id -> Integer,
        idx -> BigInt,
        body -> Binary,
    }
}

diesel::table! {
    users (subject) {
        subject -> Binary,
        username -> Text,
        password_hash -> Text,
        did -> Nullable<Text>,
        display_name -> Nullable<Text>,
        enabled -> Bool,
        role -> Text,
        added_at -> BigInt,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    subject_keys (subject) {
        subject -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    visits (session) {
        session -> Text,
        subject -> Binary,
        at -> BigInt,
        address_hash -> Binary,
        sealed -> Binary,
    }
}

diesel::table! {
    sessions (session) {
        session -> Text,
        token_hash -> Binary,
        subject -> Binary,
        started_at -> BigInt,
        ends_at -> BigInt,
        idle_seconds -> Integer,
        used_at -> BigInt,
        ended -> Bool,
    }
}

diesel::table! {
    rooms (room) {
        room -> Text,
        profile -> Text,
        open_role -> Nullable<Text>,
        event_required -> Bool,
        per_device -> Bool,
        with_did -> Bool,
        string_accounts -> Bool,
        media -> Text,
        e2ee -> Bool,
        archive -> Text,
        min_seconds -> Nullable<BigInt>,
        default_seconds -> Nullable<BigInt>,
        max_seconds -> Nullable<BigInt>,
        closed -> Bool,
    }
}

diesel::table! {
    members (room, subject, scene, event) {
        room -> Text,
        subject -> Binary,
        scene -> Text,
        event -> Text,
        role -> Text,
        sources -> Nullable<Text>,
    }
}

diesel::table! {
    windows (room, event) {
        room -> Text,
        event -> Text,
        from_at -> Nullable<BigInt>,
        until_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    meetings (room, number) {
        room -> Text,
        number -> BigInt,
        provider_room -> Text,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    uids (room, subject, device) {
        room -> Text,
        subject -> Binary,
        device -> Text,
        uid -> BigInt,
    }
}

diesel::table! {
    backends (backend) {
        backend -> Text,
        name -> Text,
        secret -> Binary,
        scopes -> Text,
        rooms -> Text,
        added_at -> BigInt,
        revoked -> Bool,
    }
}

diesel::table! {
    jtis (backend, jti) {
        backend -> Text,
        jti -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    canary (id) {
        id -> Integer,
        sealed -> Binary,
    }
}

diesel::joinable!(sessions -> users (subject));
diesel::joinable!(members -> users (subject));
diesel::joinable!(members -> rooms (room));
diesel::allow_tables_to_appear_in_same_query!(sessions, users, members, rooms, meetings);
