"""Get a worker that judges ready before it forks: its processes share what is read only once."""

import gc
from typing import Any

from celery import bootsteps, current_app

from moderation.services.judging import warm_up


class WarmUp(bootsteps.Step):
    """Read the classifier and the languages, unless this worker only sends."""

    def include_if(self, worker: Any) -> bool:
        return current_app.conf.task_default_queue in worker.app.amqp.queues.consume_from

    def create(self, worker: Any) -> None:
        warm_up()
        gc.collect()
        # The collector looks at it no more: that costs a tenth of the time, and would write to
        # every page and so end the sharing.
        gc.freeze()


current_app.steps["worker"].add(WarmUp)
