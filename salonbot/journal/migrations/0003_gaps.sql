-- What WhatsApp regards as delivered and the inbox does not hold.

CREATE TABLE accounted (            -- messages nothing is owed for: of no interest to people, or asked for once more
    salon   TEXT NOT NULL,
    id      TEXT NOT NULL,          -- WhatsApp's id
    at      TEXT NOT NULL,
    PRIMARY KEY (salon, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE compared (             -- how far the engine's own list of decrypted messages was compared with the inbox
    salon   TEXT NOT NULL PRIMARY KEY,
    id      TEXT NOT NULL           -- the newest one then; empty: there was none
) STRICT, WITHOUT ROWID;

CREATE INDEX message_unreadable ON message (salon, recorded_at) WHERE kind = 'undecryptable';
