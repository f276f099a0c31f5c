-- What the pages have changed of a salon: it comes before the file.

CREATE TABLE setting (              -- config.salon_settings.LiveSettings, one row for each that the page has set
    salon       TEXT NOT NULL,
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,      -- JSON
    PRIMARY KEY (salon, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogue (            -- services, stylists, hours and days off, instead of the file's
    salon       TEXT PRIMARY KEY,
    tables      TEXT NOT NULL,      -- JSON: the file's [[salon.service]] and [[salon.stylist]], with every id
    since       TEXT NOT NULL       -- when the pages took them over
) STRICT, WITHOUT ROWID;

CREATE TABLE edit (                 -- who changed what, and when
    id          INTEGER PRIMARY KEY,
    salon       TEXT NOT NULL,
    who         TEXT NOT NULL,      -- the account's name
    what        TEXT NOT NULL,      -- a setting's name, `service`, `stylist`, `catalogue`
    subject     TEXT NOT NULL DEFAULT '',   -- the title or name it was about
    before      TEXT,               -- JSON; NULL: nothing, or what the file said
    after       TEXT,               -- likewise
    at          TEXT NOT NULL
) STRICT;
CREATE INDEX edit_salon ON edit (salon, id);
