"""Signing in and out. Rule: the same sentence whether the name or the password was wrong.

Lock-out after repeated failures is django-axes'; the page that says so is `locked_out`. Where somebody
lands afterwards depends on the role: packers at the bench, everybody else on the start page.
"""

from __future__ import annotations

import math
from typing import Any

from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from loadbay.people.rules import Right, may
from loadbay.web.access import open_to_all, signed_in


class SignInForm(AuthenticationForm):
    """Django's own check, in our words."""

    username = UsernameField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": "This sign-in name and password do not go together. Check both and try again.",
        "inactive": "This person no longer works here. Ask an administrator.",
    }


@open_to_all
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _safe_target(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(target or landing(request))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return HttpResponseRedirect(target or landing(request))
    context = {"form": form, "next": target}
    return render(request, "sign_in.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("sign-in"))


@signed_in
def land(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(landing(request))


def landing(request: HttpRequest) -> str:
    """Where a person's work begins."""
    role = getattr(request.user, "role", "")
    return reverse("start") if may(role, Right.SEE_OFFICE) else reverse("bench")


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Called by django-axes instead of the sign-in page while somebody is locked out."""
    context = {
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": math.ceil(get_cool_off(request).total_seconds() / 60),
    }
    return render(request, "locked_out.html", context, status=429)


def _safe_target(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_safe and target != "/" else ""
