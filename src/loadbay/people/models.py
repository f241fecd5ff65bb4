"""Users with one role each. What a role may do stands in `rules.py`; this holds columns only."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who signs in."""

    class Role(models.TextChoices):
        PACKER = "packer", "Packer"
        MANAGER = "manager", "Shop manager"
        ADMINISTRATOR = "administrator", "Administrator"

    role = models.CharField(max_length=20, choices=Role, default=Role.PACKER)
