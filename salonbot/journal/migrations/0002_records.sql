-- What is done through a booking system that lives elsewhere (YClients).

CREATE TABLE record (               -- its records that were made through us, and for which chat
    salon       TEXT NOT NULL,
    id          TEXT NOT NULL,      -- the booking system's
    chat        TEXT NOT NULL,
    phone       TEXT,               -- digits, as it was written into the record; no proof by itself
    name        TEXT NOT NULL,      -- whose it is, which the record seen by its hash does not tell
    hash        TEXT,               -- the right to change the record that was given with it; told once
    start       TEXT NOT NULL,      -- as far as we know: the salon may have moved it since
    PRIMARY KEY (salon, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_chat ON record (salon, chat, start);
CREATE INDEX record_phone ON record (salon, phone, start);

CREATE TABLE intention (            -- a write, noted before it leaves; one that has no end has an unknown fate
    salon       TEXT NOT NULL,
    key         TEXT NOT NULL,      -- turn and position
    kind        TEXT NOT NULL,      -- book, move, cancel
    marker      TEXT NOT NULL,      -- what the record carries, to be found by
    appointment TEXT NOT NULL,      -- model.booking.Appointment as JSON: what is wanted, later what it became
    begun_at    TEXT NOT NULL,
    done_at     TEXT,
    PRIMARY KEY (salon, key)
) STRICT, WITHOUT ROWID;
