-- Who may open the pages. Of a secret that lets somebody in only its SHA-256 is kept, of a password its argon2 hash.

CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,   -- the name as it is looked up: case folded
    password    TEXT NOT NULL,          -- argon2id, with its parameters
    is_owner    INTEGER NOT NULL,
    language    TEXT NOT NULL DEFAULT '',
    created_at  TEXT NOT NULL
) STRICT;

CREATE TABLE account_salon (            -- of accounts that are not an owner's
    account     INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    salon       TEXT NOT NULL,
    PRIMARY KEY (account, salon)
) STRICT, WITHOUT ROWID;

CREATE TABLE web_session (              -- a browser that is signed in
    token       BLOB PRIMARY KEY,       -- SHA-256
    account     INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    browser     TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    seen_at     TEXT NOT NULL,          -- to the hour
    ends_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_session_account ON web_session (account);

CREATE TABLE login_link (               -- lets whoever follows it choose an owner's password, once
    token       BLOB PRIMARY KEY,       -- SHA-256
    ends_at     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
