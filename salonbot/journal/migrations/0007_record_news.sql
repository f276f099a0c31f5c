-- What the salon's own people do to records of a booking system that lives elsewhere.

CREATE TABLE record_news (          -- records said to have changed, to be read again
    salon       TEXT NOT NULL,
    record      TEXT NOT NULL,
    heard_at    TEXT NOT NULL,
    PRIMARY KEY (salon, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_seen (          -- records as they were last seen, and their customers told
    salon       TEXT NOT NULL,
    record      TEXT NOT NULL,
    appointment TEXT NOT NULL,      -- model.booking.Appointment as JSON
    seen_at     TEXT NOT NULL,
    PRIMARY KEY (salon, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_sweep (         -- up to when all changes are known
    salon       TEXT PRIMARY KEY,
    until       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
