from django.contrib.auth import views
from django.urls import path, reverse_lazy

app_name = "accounts"

urlpatterns = [
    path("anmelden/", views.LoginView.as_view(template_name="accounts/sign_in.html"), name="sign_in"),
    path("abmelden/", views.LogoutView.as_view(), name="sign_out"),
    path(
        "anmelden/passwort/",
        views.PasswordResetView.as_view(
            template_name="accounts/password_reset.html",
            email_template_name="accounts/password_reset_body.txt",
            subject_template_name="accounts/password_reset_subject.txt",
            success_url=reverse_lazy("accounts:password_reset_sent"),
        ),
        name="password_reset",
    ),
    path(
        "anmelden/passwort/gesendet/",
        views.PasswordResetDoneView.as_view(template_name="accounts/password_reset_sent.html"),
        name="password_reset_sent",
    ),
    path(
        "anmelden/passwort/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(
            template_name="accounts/password_reset_confirm.html",
            success_url=reverse_lazy("accounts:password_reset_done"),
        ),
        name="password_reset_confirm",
    ),
    path(
        "anmelden/passwort/fertig/",
        views.PasswordResetCompleteView.as_view(template_name="accounts/password_reset_done.html"),
        name="password_reset_done",
    ),
]
