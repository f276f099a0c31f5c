-- Times are UTC, ISO 8601 with a fixed number of digits, so that text order is time order.

CREATE TABLE contact (              -- who writes; the LID is the key, the phone an attribute that may be missing
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,      -- lid:<digits> or pn:<digits>
    reply_to    TEXT NOT NULL,      -- the JID WhatsApp last addressed the chat by
    lid         TEXT,
    phone       TEXT,               -- digits, no plus
    told_phone  TEXT,               -- the phone the customer told us where WhatsApp hides it
    push_name   TEXT NOT NULL DEFAULT '',
    name        TEXT,               -- the name they gave for bookings
    memory      TEXT,               -- model.dialogue.Memory as JSON
    paused_until TEXT,              -- a person has taken over until then
    waits_since TEXT,               -- a person was asked for at that time and has not answered
    first_seen  TEXT NOT NULL,
    PRIMARY KEY (salon, chat)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_phone ON contact (salon, phone);

CREATE TABLE alias (                -- a phone-number chat that has become known under its LID
    salon   TEXT NOT NULL,
    alias   TEXT NOT NULL,          -- pn:<digits>
    chat    TEXT NOT NULL,          -- lid:<digits>
    PRIMARY KEY (salon, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE turn (
    id          INTEGER PRIMARY KEY,
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,
    state       TEXT NOT NULL,      -- model.messages.TurnState
    opened_at   TEXT NOT NULL,
    due_at      TEXT NOT NULL,      -- when gathering ends
    taken_at    TEXT,               -- gathering ended
    attempts    INTEGER NOT NULL DEFAULT 0,     -- times work on it was begun; a turn that keeps ending us is given up
    finished_at TEXT,
    understanding TEXT,             -- model.dialogue.Understanding as JSON
    memory      TEXT,               -- model.dialogue.Memory after execution
    outcomes    TEXT,               -- list of model.outcomes.Outcome as JSON
    brain       TEXT,
    usage       TEXT,               -- list of model.dialogue.Usage as JSON
    failure     TEXT                -- why the customer got an apology, or why a reply was refused
) STRICT;
CREATE UNIQUE INDEX turn_open ON turn (salon, chat) WHERE state = 'open';
CREATE INDEX turn_unfinished ON turn (salon, chat, id) WHERE state NOT IN ('done', 'handed_over', 'failed');

CREATE TABLE message (              -- every message that came in, and every one that went out
    seq         INTEGER PRIMARY KEY,    -- the order they were recorded in
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,
    id          TEXT NOT NULL,      -- WhatsApp's id
    author      TEXT NOT NULL,      -- customer, salon, owner
    kind        TEXT NOT NULL,
    text        TEXT NOT NULL,
    sent_at     TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    quoted_text TEXT NOT NULL DEFAULT '',
    target_id   TEXT,
    offline     INTEGER NOT NULL DEFAULT 0,
    deleted     INTEGER NOT NULL DEFAULT 0,
    seen        INTEGER NOT NULL DEFAULT 0,  -- blue ticks were sent
    turn        INTEGER REFERENCES turn (id),
    UNIQUE (salon, chat, id)
) STRICT;
CREATE INDEX message_order ON message (salon, chat, seq);
CREATE INDEX message_turn ON message (turn);

CREATE TABLE reply (
    id          INTEGER PRIMARY KEY,
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,
    turn        INTEGER REFERENCES turn (id),
    part        INTEGER NOT NULL,
    recipient   TEXT NOT NULL,      -- JID
    text        TEXT NOT NULL,
    state       TEXT NOT NULL,      -- model.messages.ReplyState
    message_id  TEXT,
    tries       INTEGER NOT NULL DEFAULT 0,
    failure     TEXT,
    created_at  TEXT NOT NULL,
    sending_at  TEXT,
    sent_at     TEXT,
    delivered_at TEXT,
    read_at     TEXT,
    UNIQUE (turn, part)
) STRICT;
CREATE INDEX reply_message ON reply (salon, chat, message_id);
CREATE INDEX reply_unsent ON reply (salon, chat, id) WHERE state IN ('pending', 'sending', 'unknown');

CREATE TABLE receipt (              -- a receipt for a message id no reply is known to have: settles replies in doubt
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    kind        TEXT NOT NULL,      -- delivered, read
    at          TEXT NOT NULL,
    PRIMARY KEY (salon, chat, message_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE appointment (          -- the embedded calendar's records
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number once told to a customer never names another visit
    salon       TEXT NOT NULL,
    chat        TEXT NOT NULL,
    service     TEXT NOT NULL,
    service_title TEXT NOT NULL,
    stylist     TEXT NOT NULL,
    stylist_name TEXT NOT NULL,
    start       TEXT NOT NULL,
    finish      TEXT NOT NULL CHECK (finish > start),
    state       TEXT NOT NULL CHECK (state IN ('booked', 'cancelled')),
    name        TEXT NOT NULL,
    phone       TEXT,
    price_low   INTEGER,            -- minor currency units, as it was when it was booked
    price_high  INTEGER,
    created_at  TEXT NOT NULL,
    changed_at  TEXT NOT NULL
) STRICT;
-- By its end: whatever overlaps a visit ends after it begins, and of a long history only the last rows do.
CREATE INDEX appointment_busy ON appointment (salon, finish) WHERE state = 'booked';
CREATE INDEX appointment_chat ON appointment (salon, chat, start);
CREATE INDEX appointment_phone ON appointment (salon, phone, start);

-- The database itself refuses two visits of one stylist at the same time, whatever any code believed before.
CREATE TRIGGER appointment_overlap_on_insert BEFORE INSERT ON appointment WHEN NEW.state = 'booked' BEGIN
    SELECT RAISE(ABORT, 'slot taken') WHERE EXISTS (
        SELECT 1 FROM appointment AS other
        WHERE other.salon = NEW.salon AND other.stylist = NEW.stylist AND other.state = 'booked'
          AND other.start < NEW.finish AND NEW.start < other.finish);
END;
CREATE TRIGGER appointment_overlap_on_update BEFORE UPDATE OF salon, stylist, start, finish, state ON appointment
WHEN NEW.state = 'booked' BEGIN
    SELECT RAISE(ABORT, 'slot taken') WHERE EXISTS (
        SELECT 1 FROM appointment AS other
        WHERE other.id <> NEW.id AND other.salon = NEW.salon AND other.stylist = NEW.stylist AND other.state = 'booked'
          AND other.start < NEW.finish AND NEW.start < other.finish);
END;

CREATE TABLE operation (            -- what was done under which idempotency key: a second call finds the first
    salon       TEXT NOT NULL,
    key         TEXT NOT NULL,      -- turn and position
    kind        TEXT NOT NULL,      -- book, move, cancel
    appointment INTEGER NOT NULL REFERENCES appointment (id),
    previous_start TEXT,
    at          TEXT NOT NULL,
    PRIMARY KEY (salon, key)
) STRICT, WITHOUT ROWID;
