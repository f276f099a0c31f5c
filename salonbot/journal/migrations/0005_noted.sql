CREATE TABLE noted (                -- complete wishes that wait for a booking system that is away
    salon       TEXT NOT NULL,
    key         TEXT NOT NULL,      -- the wish's idempotency key
    chat        TEXT NOT NULL,
    request     TEXT NOT NULL,      -- model.outcomes.RequestNoted as JSON
    state       TEXT NOT NULL,      -- waiting, done, dropped, given_up
    asked_in    INTEGER NOT NULL REFERENCES turn (id),
    noted_at    TEXT NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT NOT NULL,
    errand      INTEGER REFERENCES turn (id),   -- the turn without messages that tries it and tells the customer
    dropped_in  INTEGER REFERENCES turn (id),   -- the turn that withdrew it
    PRIMARY KEY (salon, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX noted_waiting ON noted (next_try_at) WHERE state = 'waiting';
CREATE INDEX noted_chat ON noted (salon, chat);
CREATE UNIQUE INDEX noted_errand ON noted (errand) WHERE errand IS NOT NULL;
