"""Intake: requests a second through REST, beside a bare view and stock REST framework.

.venv/bin/python -m bench.intake [ROUNDS] [SECONDS]
"""

import sys
import tempfile
from pathlib import Path

from bench.lab import open_lab, spread, text, web_server, wrk

SCRIPT = """
local bodies = {{ {bodies} }}
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer {key}"
request = function()
  n = n + 1
  wrk.headers["Idempotency-Key"] = "{run}-" .. n
  return wrk.format(nil, nil, nil, bodies[n % #bodies + 1])
end
"""


def main(rounds: int = 5, seconds: int = 6) -> None:
    open_lab()
    from moderation.models import Article
    from moderation.services.sites import create_site

    made = create_site("Bench", "https://blog.example")
    article = Article.objects.create(site=made.site, url="https://blog.example/")
    ours = [
        {
            "article": {"url": article.url},
            "author": {"name": "Bo", "email": f"bo{number}@example.org", "url": ""},
            "body": text(number),
            "context": {"ip": "192.0.2.7", "user_agent": "Mozilla/5.0"},
        }
        for number in range(200)
    ]
    stock = [
        {"article": str(article.pk), "author_name": "Bo", "author_url": "", "body": text(number)}
        for number in range(200)
    ]
    doors = {
        "winnow": ("/api/v1/comments/", ours),
        "bare": ("/bare/", ours),
        "stock": ("/stock/", stock),
    }
    rates: dict[str, list[float]] = {name: [] for name in doors}
    with web_server() as url:
        for number in range(rounds + 1):  # the first round warms up
            for name, (path, bodies) in doors.items():
                script = write_script(made.key, f"{name}{number}", bodies)
                rate = wrk(f"{url}{path}", script, seconds=seconds)
                if number:
                    rates[name].append(rate)
    for name, values in rates.items():
        print(f"{name:<8} {spread(values)} requests/s")
    for peer in ("bare", "stock"):
        ratios = [own / other for own, other in zip(rates["winnow"], rates[peer], strict=True)]
        print(f"winnow / {peer}: {spread(ratios)}")


def write_script(key: str, run: str, bodies: list[dict[str, object]]) -> str:
    import json

    quoted = ",".join(f"[==[{json.dumps(body)}]==]" for body in bodies)
    path = Path(tempfile.gettempdir()) / "winnow-bench.lua"
    path.write_text(SCRIPT.format(bodies=quoted, key=key, run=run))
    return str(path)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
