"""The addresses of the visitors' door."""

from django.urls import path

from .demo import demo, welcome
from .receipts import receipt
from .submit import submit
from .thread import thread, thread_json

app_name = "public"

urlpatterns = [
    path("", welcome, name="welcome"),
    path("demo/", demo, name="demo"),
    path("sites/<uuid:site_id>/comments/", submit, name="submit"),
    path("sites/<uuid:site_id>/thread/", thread, name="thread"),
    path("sites/<uuid:site_id>/thread.json", thread_json, name="thread-json"),
    path("receipts/<str:token>/", receipt, name="receipt"),
]
