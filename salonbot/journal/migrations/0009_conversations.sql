-- What the salon's people see of a conversation, how they find it, and what they do in it.

-- Who has the chat. The bot is silent until `paused_until`; while that lies ahead and `taken_over_at` is set, a person
-- has it, and also what the bot had composed before stays where it is.
ALTER TABLE contact ADD COLUMN taken_over_at TEXT;
ALTER TABLE contact ADD COLUMN resolved_at TEXT;        -- a person said: nothing is open here
ALTER TABLE contact ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;     -- of the last message worth a look
CREATE INDEX contact_recent ON contact (salon, last_seq);
CREATE INDEX contact_waiting ON contact (salon, last_seq) WHERE waits_since IS NOT NULL;
CREATE INDEX contact_taken_over ON contact (salon, last_seq) WHERE taken_over_at IS NOT NULL;
CREATE INDEX contact_names ON contact (salon, push_name, name, phone, told_phone);

-- How a turn came to its answer.
ALTER TABLE turn ADD COLUMN understood_at TEXT;
ALTER TABLE turn ADD COLUMN executed_at TEXT;
ALTER TABLE turn ADD COLUMN composed_at TEXT;
ALTER TABLE turn ADD COLUMN refused TEXT;               -- list of model.dialogue.Refused as JSON: what the guard stopped
CREATE INDEX turn_chat ON turn (salon, chat, id);
CREATE INDEX turn_failed ON turn (salon, chat, id) WHERE state = 'failed';
CREATE INDEX turn_opened ON turn (salon, opened_at);

-- Who says it: this program, or a person through it.
ALTER TABLE reply ADD COLUMN author TEXT NOT NULL DEFAULT 'salon';      -- salon, owner
ALTER TABLE reply ADD COLUMN draft TEXT;                -- names what a person wrote: the same is sent once
CREATE UNIQUE INDEX reply_draft ON reply (salon, chat, draft) WHERE draft IS NOT NULL;
CREATE INDEX reply_not_said ON reply (salon, chat, id) WHERE sent_at IS NULL;

DROP TRIGGER event_message_replied;
CREATE TRIGGER event_message_replied AFTER UPDATE OF state ON reply
WHEN NEW.state = 'sent' AND OLD.state <> 'sent' BEGIN
    INSERT INTO event (salon, kind, chat, details, at, next_try_at)
    SELECT NEW.salon, kind, NEW.chat,
        json_patch(json_object('message_id', NEW.message_id, 'turn', NEW.turn, 'part', NEW.part, 'author', NEW.author),
                   iif(with_texts, json_object('text', NEW.text), '{}')),
        coalesce(NEW.sent_at, NEW.created_at), coalesce(NEW.sent_at, NEW.created_at)
    FROM event_wish WHERE salon = NEW.salon AND kind = 'message.replied';
END;

CREATE INDEX message_target ON message (salon, chat, target_id) WHERE target_id IS NOT NULL;

UPDATE contact SET last_seq = coalesce((
    SELECT max(seq) FROM message
    WHERE message.salon = contact.salon AND message.chat = contact.chat AND kind NOT IN ('reaction', 'edit', 'deletion')
), 0);
CREATE TRIGGER message_recent AFTER INSERT ON message WHEN NEW.kind NOT IN ('reaction', 'edit', 'deletion') BEGIN
    UPDATE contact SET last_seq = NEW.seq WHERE salon = NEW.salon AND chat = NEW.chat;
END;
CREATE TRIGGER message_moved AFTER UPDATE OF chat ON message WHEN NEW.kind NOT IN ('reaction', 'edit', 'deletion') BEGIN
    UPDATE contact SET last_seq = max(last_seq, NEW.seq) WHERE salon = NEW.salon AND chat = NEW.chat;
END;

-- What can be searched. The words are folded by the program (case, ё), which triggers cannot do; and the inbox must not
-- wait for an index. So the triggers only note what is to be indexed, and whoever searches does that first.
CREATE TABLE message_unindexed (
    seq         INTEGER PRIMARY KEY
) STRICT;
CREATE VIRTUAL TABLE message_words USING fts5 (salon, words, tokenize = "unicode61 remove_diacritics 0");
INSERT INTO message_unindexed (seq) SELECT seq FROM message WHERE text <> '';
CREATE TRIGGER message_words_wanted AFTER INSERT ON message WHEN NEW.text <> '' BEGIN
    INSERT OR IGNORE INTO message_unindexed (seq) VALUES (NEW.seq);
END;
CREATE TRIGGER message_words_changed AFTER UPDATE OF text, deleted ON message BEGIN
    DELETE FROM message_words WHERE rowid = OLD.seq;
    INSERT OR IGNORE INTO message_unindexed (seq) VALUES (NEW.seq);
END;
CREATE TRIGGER message_words_gone AFTER DELETE ON message BEGIN
    DELETE FROM message_words WHERE rowid = OLD.seq;
    DELETE FROM message_unindexed WHERE seq = OLD.seq;
END;
