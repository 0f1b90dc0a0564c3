"""The Perspective-shaped door: SPAM, and nothing else."""

import json

import pytest
from django.test import Client

from moderation.models import Comment

SPAM_TEXT = "Buy cheap pills online http://rx.example http://rx.example best price viagra casino"


def analyze(key, body, **query):
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    path = "/v1alpha1/comments:analyze"
    return Client().post(
        path, sent, content_type="application/json", query_params={"key": key, **query}
    )


def asking(text="A fine article.", attributes=None, **more):
    wanted = {"SPAM": {}} if attributes is None else attributes
    return {"comment": {"text": text}, "requestedAttributes": wanted, **more}


def test_a_text_is_scored_and_nothing_is_stored(keys):
    answer = analyze(
        keys.key, asking(SPAM_TEXT, languages=["en"], clientToken="t", doNotStore=True)
    )

    assert answer.status_code == 200
    body = answer.json()
    score = body["attributeScores"]["SPAM"]["summaryScore"]
    assert score["type"] == "PROBABILITY"
    assert 0.5 < score["value"] <= 1
    [span] = body["attributeScores"]["SPAM"]["spanScores"]
    assert (span["begin"], span["end"], span["score"]) == (0, len(SPAM_TEXT), score)
    assert (body["languages"], body["clientToken"]) == (["en"], "t")
    assert Comment.objects.count() == 0


def test_ham_scores_below_spam(keys):
    def value(text):
        answer = analyze(keys.plugin_key, asking(text)).json()
        return answer["attributeScores"]["SPAM"]["summaryScore"]["value"]

    assert value("We winnowed rice by hand on my father's farm.") < value(SPAM_TEXT)


def test_other_attributes_are_refused_by_name(keys):
    answer = analyze(keys.key, asking(attributes={"SPAM": {}, "TOXICITY": {}, "INSULT": {}}))

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert "INSULT, TOXICITY" in error["message"]


def test_a_score_below_the_threshold_is_left_out(keys):
    answer = analyze(keys.key, asking(attributes={"SPAM": {"scoreThreshold": 1}}))

    assert answer.json()["attributeScores"] == {}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "nonsense",
        '{"a":NaN}',
        "[" * 100_000,
        b"\xff",
        {},
        asking(""),
        asking(" "),
        asking("x" * 20_001),
        asking(attributes={}),
        asking(attributes=[]),
        {"comment": {"text": 1}, "requestedAttributes": {"SPAM": {}}},
        {"comment": "text", "requestedAttributes": {"SPAM": {}}},
    ],
)
def test_bad_requests_are_told_so_in_that_services_shape(keys, body):
    answer = analyze(keys.key, body)

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    "wish",
    [
        None,
        {"scoreThreshold": "x"},
        {"scoreThreshold": 10**400},
        {"scoreThreshold": -(10**400)},
        [],
    ],
)
def test_odd_wishes_are_no_reason_to_refuse(keys, wish):
    assert "SPAM" in analyze(keys.key, asking(attributes={"SPAM": wish})).json()["attributeScores"]


@pytest.mark.parametrize("key", ["", "nonsense", "000000000000", "\0"])
def test_without_a_valid_key_there_is_no_answer(keys, key):
    answer = analyze(key, asking())

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


def test_large_bodies_are_refused(keys):
    assert analyze(keys.key, asking("x" * 1024 * 1024)).status_code == 413


def test_lone_surrogates_are_no_reason_to_fail(keys):
    body = '{"comment":{"text":"\\ud800 a"},"requestedAttributes":{"SPAM":{}}}'

    assert analyze(keys.key, body).status_code == 200
