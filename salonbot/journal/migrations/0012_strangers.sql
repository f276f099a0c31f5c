-- A customer who was forgotten may still read what they were once sent: the receipt of it must not bring them back.
CREATE TRIGGER receipt_of_a_stranger BEFORE INSERT ON receipt
WHEN NOT EXISTS (SELECT 1 FROM contact WHERE salon = NEW.salon AND chat = NEW.chat)
 AND NOT EXISTS (SELECT 1 FROM reply WHERE salon = NEW.salon AND chat = NEW.chat) BEGIN
    SELECT RAISE(IGNORE);
END;
