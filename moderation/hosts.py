"""Plugin keys in host names: `KEY.<host>` is that host, and the key is kept for the door."""

import re

from django.http import HttpRequest, HttpResponse

from moderation.headers import Answer

# Only where Akismet's protocol has it; anywhere else such a host is an unknown one.
PATHS = ("/1.1/", "/1.2/")
KEYED_HOST = re.compile(r"([0-9a-fA-F]{12})\.(.+)")
# Where the key is kept; no header of a request has such a name.
KEY = "winnow.plugin_key"


def key_in_host(get_response: Answer) -> Answer:
    """Take a plugin key off the host name, so that Django checks the host that is left."""

    def answer(request: HttpRequest) -> HttpResponse:
        keyed = KEYED_HOST.fullmatch(request.META.get("HTTP_HOST", ""))
        if keyed and request.path_info.startswith(PATHS):
            request.META[KEY], request.META["HTTP_HOST"] = keyed[1].lower(), keyed[2]
        return get_response(request)

    return answer
