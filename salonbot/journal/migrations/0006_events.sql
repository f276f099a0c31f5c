-- What other systems are told. The triggers write an event in the commit of what it tells of, whatever code made that.

CREATE TABLE event_wish (           -- what each salon's receiver is told; written anew at every start
    salon       TEXT NOT NULL,
    kind        TEXT NOT NULL,      -- model.events.EventKind
    with_texts  INTEGER NOT NULL,   -- customers' words and names too
    PRIMARY KEY (salon, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (                -- told, and gone once the receiver has it
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
    salon       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    chat        TEXT,               -- whom it is about, where it is about a customer
    phone       TEXT,               -- digits, where the chat does not tell it
    details     TEXT NOT NULL,      -- JSON
    at          TEXT NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,               -- NULL: given up
    failure     TEXT                -- of the last try
) STRICT;
CREATE INDEX event_due ON event (salon, next_try_at, sequence);

CREATE TRIGGER event_message_received AFTER INSERT ON message
WHEN NEW.author = 'customer' AND NEW.kind <> 'undecryptable' BEGIN
    INSERT INTO event (salon, kind, chat, details, at, next_try_at)
    SELECT NEW.salon, kind, NEW.chat,
        json_patch(json_object('message_id', NEW.id, 'kind', NEW.kind),
                   iif(with_texts, json_object('text', NEW.text), '{}')),
        NEW.recorded_at, NEW.recorded_at
    FROM event_wish WHERE salon = NEW.salon AND kind = 'message.received';
END;

CREATE TRIGGER event_message_readable AFTER UPDATE OF kind ON message   -- it came once more, and can be read now
WHEN NEW.author = 'customer' AND OLD.kind = 'undecryptable' AND NEW.kind <> 'undecryptable' BEGIN
    INSERT INTO event (salon, kind, chat, details, at, next_try_at)
    SELECT NEW.salon, kind, NEW.chat,
        json_patch(json_object('message_id', NEW.id, 'kind', NEW.kind),
                   iif(with_texts, json_object('text', NEW.text), '{}')),
        NEW.recorded_at, NEW.recorded_at
    FROM event_wish WHERE salon = NEW.salon AND kind = 'message.received';
END;

CREATE TRIGGER event_message_replied AFTER UPDATE OF state ON reply
WHEN NEW.state = 'sent' AND OLD.state <> 'sent' BEGIN
    INSERT INTO event (salon, kind, chat, details, at, next_try_at)
    SELECT NEW.salon, kind, NEW.chat,
        json_patch(json_object('message_id', NEW.message_id, 'turn', NEW.turn, 'part', NEW.part),
                   iif(with_texts, json_object('text', NEW.text), '{}')),
        coalesce(NEW.sent_at, NEW.created_at), coalesce(NEW.sent_at, NEW.created_at)
    FROM event_wish WHERE salon = NEW.salon AND kind = 'message.replied';
END;

CREATE TRIGGER event_appointment AFTER INSERT ON operation BEGIN        -- the embedded calendar's
    INSERT INTO event (salon, kind, chat, phone, details, at, next_try_at)
    SELECT visit.salon, wish.kind, visit.chat, visit.phone,
        json_patch(
            json_object(
                'appointment_id', CAST(visit.id AS TEXT), 'service', visit.service_title, 'stylist', visit.stylist_name,
                'start', strftime('%Y-%m-%dT%H:%M:%SZ', visit.start),
                'duration', printf('PT%dM', round((julianday(visit.finish) - julianday(visit.start)) * 1440)),
                'previous_start', strftime('%Y-%m-%dT%H:%M:%SZ', NEW.previous_start)),
            iif(wish.with_texts, json_object('name', visit.name), '{}')),
        NEW.at, NEW.at
    FROM appointment AS visit JOIN event_wish AS wish ON wish.salon = visit.salon
    WHERE visit.id = NEW.appointment
      AND wish.kind = 'appointment.' || CASE NEW.kind WHEN 'book' THEN 'made' WHEN 'move' THEN 'moved'
                                                      ELSE 'cancelled' END;
END;

CREATE TRIGGER event_record AFTER UPDATE OF done_at ON intention        -- a booking system's that lives elsewhere
WHEN OLD.done_at IS NULL AND NEW.done_at IS NOT NULL BEGIN
    INSERT INTO event (salon, kind, chat, phone, details, at, next_try_at)
    SELECT NEW.salon, wish.kind, known.chat, json_extract(NEW.appointment, '$.customer_phone'),
        json_patch(
            json_object(
                'appointment_id', json_extract(NEW.appointment, '$.id'),
                'service', json_extract(NEW.appointment, '$.service_title'),
                'stylist', json_extract(NEW.appointment, '$.stylist_name'),
                'start', strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(NEW.appointment, '$.start')),
                'duration', json_extract(NEW.appointment, '$.duration'),
                'previous_start', iif(NEW.kind = 'book', NULL, strftime('%Y-%m-%dT%H:%M:%SZ', known.start))),
            iif(wish.with_texts, json_object('name', json_extract(NEW.appointment, '$.customer_name')), '{}')),
        NEW.done_at, NEW.done_at
    FROM event_wish AS wish
    LEFT JOIN record AS known ON known.salon = NEW.salon AND known.id = json_extract(NEW.appointment, '$.id')
    WHERE wish.salon = NEW.salon
      AND wish.kind = 'appointment.' || CASE NEW.kind WHEN 'book' THEN 'made' WHEN 'move' THEN 'moved'
                                                      ELSE 'cancelled' END;
END;

CREATE TRIGGER event_record_owner AFTER INSERT ON record                -- remembered just after its intention is done
BEGIN
    UPDATE event SET chat = NEW.chat
    WHERE salon = NEW.salon AND chat IS NULL AND kind = 'appointment.made'
      AND json_extract(details, '$.appointment_id') = NEW.id;
END;
