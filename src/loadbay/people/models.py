"""Users with one role each, and tokens of programs; columns only. Their rights: `rules`, `token_rules`."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class User(AbstractUser):
    """A person who signs in."""

    class Role(models.TextChoices):
        PACKER = "packer", "Packer"
        MANAGER = "manager", "Shop manager"
        ADMINISTRATOR = "administrator", "Administrator"

    role = models.CharField(max_length=20, choices=Role, default=Role.PACKER)


class ApiToken(models.Model):
    """What a program shows instead of a password. The secret itself is nowhere: only its digest."""

    name = models.CharField(max_length=60, unique=True)
    prefix = models.CharField(max_length=10, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=30))
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, db_default="")


class TokenUse(models.Model):
    """What a token was used for on a day: each call of the API once, with how often and how it ended."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    times = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token", "day", "method", "route", "status"], name="one_use_per_token_day_and_call"
            )
        ]


class TokenFailure(models.Model):
    """How often wrong tokens came from one address lately."""

    source = models.CharField(max_length=80, primary_key=True)
    since = models.DateTimeField()
    times = models.PositiveIntegerField()


class KeptAnswer(models.Model):
    """The answer to a call with an Idempotency-Key, given again when the call is repeated."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_token_and_key")]
        indexes = [models.Index(fields=["at"], name="kept_answer_oldest")]
