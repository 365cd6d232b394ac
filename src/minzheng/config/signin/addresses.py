"""The addresses of the way in, of one's own account, and of the way out."""

from __future__ import annotations

from django.urls import path

from . import account, entering, keeping, unified

urlpatterns = [
    path("login/", entering.sign_in, name="sign_in"),
    path("login/code/", entering.second, name="sign_in_code"),
    path("login/again/", entering.confirm_again, name="confirm_again"),
    path("login/unified/", unified.begin, name="unified"),
    path("login/unified/return/", unified.come_back, name="unified_return"),
    path("logout/", entering.sign_out, name="sign_out"),
    path("account/", account.overview, name="account"),
    path("account/password/", account.password, name="account_password"),
    path("account/codes/", account.factor, name="account_codes"),
    path("account/spare-codes/", account.spare, name="account_spare_codes"),
    path("account/everywhere/", account.everywhere, name="account_everywhere"),
    path("account/keep-on/", keeping.keep_on, name="account_keep_on"),
]
