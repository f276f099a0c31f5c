"""`salonbot backup` and `restore` as a shell sees them: what they say, and their exit codes."""

from pathlib import Path

import pyrage
import pytest

from salonbot.clock import SystemClock
from tests.cli.test_main import GOOD, salonbot
from tests.vault.states import furnished, texts


@pytest.fixture
def salon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration for a public key, and a state."""
    for name in ("BACKUP_PASSPHRASE", "BACKUP_PASSPHRASE_FILE", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key.txt").write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n")
    (folder := tmp_path / "salon").mkdir()
    text = GOOD.read_text(encoding="utf-8").replace("[web]", f'[backup]\nrecipient = "{identity.to_public()}"\n\n[web]')
    (folder / "config.toml").write_text(text, encoding="utf-8")
    furnished(folder / "var", SystemClock())
    return folder


def test_backed_up_here_and_restored_there_with_the_private_key(salon: Path, tmp_path: Path) -> None:
    made = salonbot("backup", tmp_path / "salon.age", folder=salon)
    (there := tmp_path / "there").mkdir()
    restored = salonbot("restore", tmp_path / "salon.age", "--identity", tmp_path / "key.txt", folder=there)

    assert (made.returncode, made.stderr) == (0, "")
    assert "opened it again and checked every file in it" in made.stdout
    assert (restored.returncode, restored.stderr) == (0, "")
    assert texts(there / "var") == texts(salon / "var")
    assert (there / "config.toml").read_bytes() == (salon / "config.toml").read_bytes()
    assert "is off for good" in restored.stdout


def test_without_the_private_key_it_says_what_is_wanted(salon: Path, tmp_path: Path) -> None:
    salonbot("backup", tmp_path / "salon.age", folder=salon)

    done = salonbot("restore", tmp_path / "salon.age", folder=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "name the file with the private one, --identity FILE" in done.stderr


def test_without_any_lock_nothing_is_written(salon: Path, tmp_path: Path) -> None:
    (salon / "config.toml").write_bytes(GOOD.read_bytes())

    done = salonbot("backup", tmp_path / "salon.age", folder=salon)

    assert (done.returncode, done.stdout) == (1, "")
    assert "never written unencrypted: set BACKUP_PASSPHRASE" in done.stderr
    assert not (tmp_path / "salon.age").exists()


def test_a_passphrase_that_can_be_guessed_is_a_mistake_of_the_configuration(
    salon: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_PASSPHRASE", "secret")

    done = salonbot("backup", folder=salon)

    assert done.returncode == 2
    assert "BACKUP_PASSPHRASE: found a passphrase of 6 characters; expected 12 or more" in done.stderr


def test_a_recipient_that_is_none_is_told_with_its_key(salon: Path) -> None:
    text = (salon / "config.toml").read_text(encoding="utf-8")
    (salon / "config.toml").write_text(text.replace('recipient = "age1', 'recipient = "ssh-'), encoding="utf-8")

    done = salonbot("backup", folder=salon)

    assert done.returncode == 2
    assert "backup.recipient: found the text" in done.stderr
    assert "a public key of age's, age1..." in done.stderr


def test_a_state_that_is_there_stays_and_the_exit_code_says_so(salon: Path, tmp_path: Path) -> None:
    salonbot("backup", tmp_path / "salon.age", folder=salon)

    done = salonbot("restore", tmp_path / "salon.age", "--identity", tmp_path / "key.txt", folder=salon)

    assert done.returncode == 2
    assert "holds a state already" in done.stderr
    assert "--force" in done.stderr


def test_check_says_how_old_the_last_backup_is(salon: Path, tmp_path: Path) -> None:
    before = salonbot("check", folder=salon).stdout
    salonbot("backup", tmp_path / "salon.age", folder=salon)
    after = salonbot("check", folder=salon).stdout

    assert "none yet" in before.partition("backup")[2].splitlines()[0]
    assert f"0 days ago: {tmp_path / 'salon.age'}" in after


def test_it_needs_none_of_the_tokens_the_daemon_works_with(salon: Path, tmp_path: Path) -> None:
    """They may be credentials that systemd gives to the daemon alone."""
    text = (salon / "config.toml").read_text(encoding="utf-8")
    text = text.replace("[salon.calendar]", "[salon.yclients]\ncompany_id = 4001\n\n[salon.calendar]", 1)
    (salon / "config.toml").write_text(text, encoding="utf-8")

    checked = salonbot("check", folder=salon)
    made = salonbot("backup", tmp_path / "salon.age", folder=salon)

    assert (checked.returncode, "no partner token" in checked.stderr) == (2, True)
    assert (made.returncode, made.stderr) == (0, "")
