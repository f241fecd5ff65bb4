"""Administration > People: who may sign in, with which role; new passwords; letting go.

Rule: nobody can lock the shop out of its own desk; that is decided in `people.services`.
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loadbay.people import queries, services
from loadbay.people.rules import ROLE_NAMES, Right
from loadbay.web.access import needs
from loadbay.web.forms import did, form_page, refusals_in, said

_NEW_PASSWORD = {"autocomplete": "new-password"}


class NewPersonForm(forms.Form):
    username = forms.CharField(
        label="Sign-in name",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    first_name = forms.CharField(max_length=80, required=False)
    last_name = forms.CharField(max_length=80, required=False)
    role = forms.ChoiceField(choices=list(ROLE_NAMES.items()))
    password = forms.CharField(
        widget=forms.PasswordInput(attrs=_NEW_PASSWORD),
        strip=False,
        help_text="At least ten characters, nothing common. Tell it to the person yourself.",
    )


class PersonForm(forms.Form):
    role = forms.ChoiceField(choices=list(ROLE_NAMES.items()))


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="New password", widget=forms.PasswordInput(attrs=_NEW_PASSWORD), strip=False
    )


@needs(Right.CHANGE_PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    return render(request, "office/people.html", {"people": queries.people()})


@needs(Right.CHANGE_PEOPLE)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        with refusals_in(
            form, fields={"name_taken": "username", "sign-in name": "username", "password": "password"}
        ):
            made = services.add_person(**form.cleaned_data)
            said(request, f"{made.name} may sign in as {made.username}.")
            return redirect("people")
    return form_page(request, "office/person_new.html", {"form": form})


@needs(Right.CHANGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, username: str) -> HttpResponse:
    card = queries.person(username)
    form = PersonForm(request.POST or None, initial={"role": card.role})
    if form.is_valid():
        with refusals_in(form, fields={"last_administrator": "role"}):
            changed = services.set_role(username, role=form.cleaned_data["role"])
            said(request, f"{changed.name} is now {changed.role_name}.")
            return redirect("people")
    context = {"person": card, "form": form, "password_form": PasswordForm()}
    return form_page(request, "office/person.html", context)


@needs(Right.CHANGE_PEOPLE)
@sensitive_post_parameters("password")
@require_POST
def set_password(request: HttpRequest, username: str) -> HttpResponse:
    card = queries.person(username)
    form = PasswordForm(request.POST)
    if form.is_valid():
        with refusals_in(form, fields={"password": "password"}):
            services.set_password(username, password=form.cleaned_data["password"])
            if username == request.user.get_username() and request.user.is_authenticated:
                request.user.refresh_from_db()
                update_session_auth_hash(request, request.user)
            said(request, f"{card.name} has a new password; every other session of theirs has ended.")
            return redirect("people")
    start = PersonForm(initial={"role": card.role})
    context = {"person": card, "form": start, "password_form": form}
    return form_page(request, "office/person.html", context, form=form)


@needs(Right.CHANGE_PEOPLE)
@require_POST
def let_go(request: HttpRequest, username: str) -> HttpResponse:
    return _done(request, lambda: services.let_go(username), f"{username} can no longer sign in.")


@needs(Right.CHANGE_PEOPLE)
@require_POST
def take_back(request: HttpRequest, username: str) -> HttpResponse:
    return _done(request, lambda: services.take_back(username), f"{username} may sign in again.")


def _done(request: HttpRequest, act: Callable[[], object], sentence: str) -> HttpResponseRedirect:
    did(request, act, sentence)
    return redirect("people")
