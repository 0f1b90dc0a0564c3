"""The state folder: made private, held by one supervisor, home of the secrets."""

import base64
import fcntl
import os
import secrets
from pathlib import Path
from time import monotonic, sleep

KEY_BYTES = 32  # AES-256
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
# After a kill -9 of the supervisor its Valkey still needs a moment to write and leave.
LOCK_PATIENCE_SECONDS = 3.0


class CannotStart(Exception):
    """Winnow cannot start; the message is one line for the operator."""


def open_state(folder: Path) -> None:
    """Make the folder and those inside it, or say why that is impossible."""
    try:
        for path in (folder, secrets_folder(folder), folder / "valkey", folder / "beat"):
            path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        probe = folder / "lock"
        os.close(os.open(probe, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    except OSError as error:
        raise CannotStart(
            f"cannot write to the state folder {folder}: {error.strerror}"
            f" ({error.filename}); VAR_DIR moves it"
        ) from error


def lock_state(folder: Path) -> int:
    """Return the descriptor of the lock on the folder; it is free when all copies are closed."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    deadline = monotonic() + LOCK_PATIENCE_SECONDS
    while not try_lock(lock):
        if monotonic() > deadline:
            os.close(lock)
            raise CannotStart(f"another supervisor runs in {folder}; VAR_DIR names another folder")
        sleep(0.1)
    return lock


def try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def secrets_folder(folder: Path) -> Path:
    return folder / "secrets"


def master_key_file(folder: Path) -> Path:
    return secrets_folder(folder) / "master_key"


def make_secret_key(folder: Path) -> None:
    """Make the key that signs sessions, unless there is one."""
    path = secrets_folder(folder) / "secret_key"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(KEY_BYTES))


def new_master_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def write_once(path: Path, content: str) -> None:
    """Write a private file that must not exist yet, completely or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write_private(draft, content)
    try:
        os.link(draft, path)  # unlike a rename, it refuses to overwrite
    finally:
        draft.unlink()


def write_private(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
