"""Runs of uploaded imports: a worker claims one, works for a while, and notes how far it came."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from moderation.importers import importer_of
from moderation.importers.base import BadFile
from moderation.models import ImportRun, Site
from moderation.models.actor import Actor
from moderation.services.import_report import Report
from moderation.services.imports import check, rehearse, take_over
from moderation.services.nudge import IMPORT_WAITING, nudge

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)  # renewed with every batch
LEFT_OVER = timedelta(days=1)
SLICE_SECONDS = 15.0  # then others have their turn
MAX_ATTEMPTS = 3  # without any progress in between
NAME_LENGTH = 200


class LeaseLost(Exception):
    """Another worker has taken the run over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What an owner asks for beside the file."""

    file_name: str
    mapping: dict[str, str]
    is_rehearsal: bool


def folder() -> Path:
    """Return where uploads lie, readable by nobody else."""
    path: Path = settings.VAR_DIR / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(run_id: UUID) -> Path:
    """Return the file of a run; its name is the server's, never the visitor's."""
    return folder() / f"{run_id}.upload"


def start_run(site: Site, upload: Path, wish: Wish, *, actor: Actor) -> ImportRun:
    """Queue an uploaded file, which is moved; raise BadFile if it cannot be one of ours."""
    importer_of(upload)
    run = ImportRun(
        site=site,
        user_id=actor.user_id,
        user_name=actor.name,
        file_name=wish.file_name[:NAME_LENGTH],
        mapping=wish.mapping,
        is_rehearsal=wish.is_rehearsal,
    )
    os.replace(upload, file_of(run.pk))
    run.save(force_insert=True)
    nudge(IMPORT_WAITING)
    return run


def work_off() -> bool:
    """Work on one waiting import for a while; False when none waits."""
    run = claim()
    if run is None:
        forget_leftovers()
        return False
    report = Report.from_json({} if run.is_rehearsal else run.report)
    try:
        if run.attempts > MAX_ATTEMPTS:
            raise BadFile(0, _("the import was begun several times and never came on"))
        is_over = advance(run, report)
    except BadFile as error:
        cause = _("line %(line)d: %(cause)s") % {"line": error.line, "cause": error}
        finish(run, report, state=ImportRun.State.FAILED, cause=cause if error.line else str(error))
    except LeaseLost:
        logger.warning("another worker took an import over", extra={"run": str(run.pk)})
    else:
        if is_over:
            finish(run, report, state=ImportRun.State.DONE)
        else:
            own(run).update(lease_until=None, lease_token=None)
    return True


@transaction.atomic
def claim() -> ImportRun | None:
    """Take the oldest run that nobody holds, and count the attempt."""
    is_free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    free = unfinished().filter(is_free)
    run = free.select_for_update(skip_locked=True).order_by("id").first()
    if run:
        run.lease_token, run.attempts = uuid4(), run.attempts + 1
        run.state, run.lease_until = ImportRun.State.RUNNING, timezone.now() + LEASE
        run.save(update_fields=["lease_token", "lease_until", "attempts", "state"])
    return run


def own(run: ImportRun) -> QuerySet[ImportRun]:
    """Return the run if this worker still holds it."""
    return ImportRun.objects.filter(pk=run.pk, lease_token=run.lease_token)


def keep(run: ImportRun) -> None:
    """Renew the lease; raise LeaseLost if it is somebody else's by now."""
    if not own(run).update(lease_until=timezone.now() + LEASE):
        raise LeaseLost


def advance(run: ImportRun, report: Report) -> bool:
    """Go on with a run; False if there is more to do."""
    path, until = file_of(run.pk), monotonic() + SLICE_SECONDS
    if run.total is None or run.is_rehearsal:
        importer, total = check(path, progress=lambda _done: keep(run))
        report.format = importer.name
        own(run).update(total=total, report=report.as_json())
    importer = importer_of(path, report.format)
    if run.is_rehearsal:  # in one go: what it has seen is not kept
        progress = noted(run, report)
        rehearse(run.site, path, importer, report, mapping=run.mapping, progress=progress)
        return True
    return take_over(
        run.site,
        path,
        importer,
        report,
        mapping=run.mapping,
        skip=run.done,
        progress=noted(run, report, until=until),
    )


def noted(run: ImportRun, report: Report, *, until: float | None = None) -> Callable[[int], bool]:
    """Return what notes down how far a run has come, and says whether to go on."""

    def note(done: int) -> bool:
        moved = {"done": done, "report": report.as_json(), "attempts": 0}
        if not own(run).update(lease_until=timezone.now() + LEASE, **moved):
            raise LeaseLost
        return until is None or monotonic() < until

    return note


def finish(run: ImportRun, report: Report, *, state: ImportRun.State, cause: str = "") -> None:
    """Write down how a run ended, and forget its file."""
    ended = own(run).update(
        state=state,
        cause=cause[: ImportRun._meta.get_field("cause").max_length],
        report=report.as_json(),
        finished_at=timezone.now(),
        lease_until=None,
    )
    if ended:
        file_of(run.pk).unlink(missing_ok=True)


def forget_leftovers() -> None:
    """Remove old files that no run waits for, such as half an upload of a web process that died."""
    waited_for = {file_of(pk) for pk in unfinished().values_list("pk", flat=True)}
    before = (timezone.now() - LEFT_OVER).timestamp()
    for path in folder().iterdir():
        if path not in waited_for and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def unfinished() -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(finished_at=None)
