CREATE TABLE webhook_seen (         -- signatures of requests that were accepted, while their time would still let them in
    signature   TEXT PRIMARY KEY,
    until       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
