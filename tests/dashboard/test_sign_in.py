"""Sign in and out."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from redis import Redis

URL = "/moderate/sign-in/"
RIGHT = {"username": "alice", "password": "correct horse battery"}
WRONG = {"username": "alice", "password": "battery horse"}


def test_it_signs_in(client, alice):
    response = client.post(URL, RIGHT)

    assert response.status_code == 302
    assert response.url == "/moderate/"
    assert client.get("/moderate/").status_code == 200


def test_it_leads_to_where_somebody_wanted_to_go(client, alice):
    response = client.get("/moderate/?status=spam")

    assert response.status_code == 302
    signed_in = client.post(response.url, {**RIGHT, "next": "/moderate/?status=spam"})
    assert signed_in.url == "/moderate/?status=spam"


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_it_leads_to_no_other_site(client, alice, place):
    assert client.post(URL, {**RIGHT, "next": place}).url == "/moderate/"


@pytest.mark.parametrize(
    "sent", [WRONG, {}, {"username": "nobody", "password": "x"}, {**RIGHT, "username": "a\0b"}]
)
def test_it_refuses_anything_else(client, alice, sent):
    response = client.post(URL, sent)

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_very_long_password_is_not_even_hashed(client, alice):
    response = client.post(URL, {**RIGHT, "password": "x" * 5000})

    assert "password" in response.context["form"].errors


def test_the_password_is_not_shown_again(client, alice):
    assert WRONG["password"] not in client.post(URL, WRONG).content.decode()


def test_guessing_is_slowed_down(client, alice, settings):
    settings.LOGIN_LIMIT = "3/minute"
    for _ in range(3):
        client.post(URL, WRONG)

    response = client.post(URL, RIGHT)

    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert "Too many tries" in response.content.decode()


def test_guesses_for_one_account_do_not_lock_out_another(client, alice, mallory, settings):
    settings.LOGIN_LIMIT = "1/minute"
    client.post(URL, {**WRONG, "username": "mallory"})

    assert client.post(URL, RIGHT).status_code == 302


def test_spelling_does_not_help_a_guesser(client, alice, settings):
    settings.LOGIN_LIMIT = "1/minute"
    client.post(URL, WRONG)

    assert client.post(URL, {**WRONG, "username": " ALICE"}).status_code == 429


def test_the_broker_does_not_learn_who_signs_in_from_where(client, alice):
    client.post(URL, WRONG)

    [key] = [key for key in redis_keys() if b"/login/" in key]
    assert b"alice" not in key
    assert b"127.0.0.1" not in key


def redis_keys():
    with Redis.from_url(settings.REDIS_URL) as broker:
        return broker.keys("LIMITS:*")


def test_who_is_signed_in_is_sent_on(client_of, alice):
    assert client_of(alice).get(URL).url == "/moderate/"


def test_it_signs_out_by_post_alone(client_of, alice):
    client = client_of(alice)

    assert client.get("/moderate/sign-out/").status_code == 405
    assert client.post("/moderate/sign-out/").url == reverse("dashboard:sign-in")
    assert client.get("/moderate/").status_code == 302


def test_a_form_without_its_token_is_refused_kindly(alice):
    response = Client(enforce_csrf_checks=True).post(URL, RIGHT)

    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_copy_is_kept(client, alice, method):
    assert "no-store" in getattr(client, method)(URL).headers["Cache-Control"]
