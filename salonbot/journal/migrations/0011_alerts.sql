-- What the owner should know, and who was told of it over which channel and when.

CREATE TABLE alert (                -- one episode of trouble: raised, still on, over
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    salon       TEXT NOT NULL,      -- empty: all salons
    kind        TEXT NOT NULL,      -- model.alerts.AlertKind
    detail      TEXT NOT NULL,
    count       INTEGER NOT NULL,   -- how many it is about
    needs_owner INTEGER NOT NULL,
    opened_at   TEXT NOT NULL,
    raised_at   TEXT NOT NULL,      -- for the last time
    over_at     TEXT,
    seen_at     TEXT,               -- somebody has taken note: no more reminders
    look_at     TEXT                -- when it is to be decided again whether somebody is told; NULL: nothing more is due
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (salon, kind) WHERE over_at IS NULL;
CREATE INDEX alert_last ON alert (salon, kind, over_at);
CREATE INDEX alert_look ON alert (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE notice (               -- what is told of an episode over one channel
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    alert       INTEGER NOT NULL REFERENCES alert (id),
    channel     TEXT NOT NULL,      -- whatsapp, telegram, email, webhook
    occasion    TEXT NOT NULL,      -- opened, worse, reminder, over
    count       INTEGER NOT NULL,   -- of the episode, when it was decided
    decided_at  TEXT NOT NULL,
    state       TEXT NOT NULL,      -- waiting, told, given_up, dropped
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,               -- while it waits
    told_at     TEXT,
    failure     TEXT                -- of the last try
) STRICT;
CREATE INDEX notice_alert ON notice (alert, id);
CREATE INDEX notice_due ON notice (next_try_at) WHERE state = 'waiting';
CREATE INDEX notice_channel ON notice (channel, id);

CREATE TABLE pulse (                -- written to find out whether the journal can be written
    only        INTEGER PRIMARY KEY CHECK (only = 1),
    at          TEXT NOT NULL
) STRICT;

-- What is counted every few seconds, and what the page of the day shows.
CREATE INDEX turn_finished ON turn (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX turn_taken ON turn (salon, taken_at);
CREATE INDEX message_said ON message (salon, author, recorded_at);
CREATE INDEX contact_waiting_when ON contact (salon, waits_since) WHERE waits_since IS NOT NULL;
CREATE INDEX noted_by_salon ON noted (salon) WHERE state = 'waiting';
CREATE INDEX appointment_made ON appointment (salon, created_at);
