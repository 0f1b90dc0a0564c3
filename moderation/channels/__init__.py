"""Ways to tell somebody. Each is one function: a message, a target; it returns a Receipt.

To add one: a module with `send`, a line here, and a desk in services/deliveries.py that says
to whom its messages go.
"""

from moderation.channels import akismet, webhook
from moderation.channels.base import Channel

CHANNELS: dict[str, Channel] = {"webhook": webhook.send, "akismet": akismet.send}
