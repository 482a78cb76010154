import pytest

from bot.settings import BrokenSettings, read


def test_nothing_given_means_the_embedded_database_and_no_telegram():
    settings = read({})

    assert (settings.database_url, settings.master_key, settings.person_token) == (None, None, "")
    assert settings.public_url == "http://127.0.0.1:8080"


def test_all_that_is_wrong_is_named_at_once():
    with pytest.raises(BrokenSettings) as broken:
        read(
            {
                "DATABASE_URL": "mysql://db",
                "PASSERELLE_MASTER_KEY": "short",
                "PORT": "²",
                "PUBLIC_URL": "talk.example.org",
                "TELEGRAM_TOKEN": "secret",
                "TELEGRAM_WEBHOOK_SECRET": "no spaces please",
                "CLINIC": "nowhere.toml",
            }
        )

    named = [
        key
        for key in (
            "DATABASE_URL",
            "PASSERELLE_MASTER_KEY",
            "PORT",
            "PUBLIC_URL",
            "TELEGRAM_TOKEN",
            "TELEGRAM_WEBHOOK_SECRET",
            "CLINIC",
        )
        if any(problem.startswith(key) for problem in broken.value.problems)
    ]
    assert len(named) == 7
    assert "secret" not in str(broken.value).replace("SECRET", "")


def test_a_database_of_ones_own_needs_a_master_key():
    with pytest.raises(BrokenSettings, match="PASSERELLE_MASTER_KEY is missing"):
        read({"DATABASE_URL": "postgresql://localhost/x"})


def test_the_two_bots_are_two():
    token = "123456:" + "a" * 30

    with pytest.raises(BrokenSettings, match="two different bots"):
        read({"TELEGRAM_TOKEN": token, "TELEGRAM_DESK_TOKEN": token})


def test_secrets_of_providers_lose_what_came_along_when_they_were_pasted():
    settings = read({"CALENDLY_SIGNING_KEY": " the-new-key-of-ours , the-old-key-of-ours\n"})

    assert settings.booking_secrets == {"CALENDLY_SIGNING_KEY": ("the-new-key-of-ours", "the-old-key-of-ours")}


def test_what_a_provider_needs_besides_its_secret_is_named():
    with pytest.raises(BrokenSettings) as broken:
        read(
            {
                "CALCOM_WEBHOOK_SECRET": "short",
                "ACUITY_API_KEY": "a" * 32,
                "EASYAPPOINTMENTS_SECRET": "b" * 32,
                "EASYAPPOINTMENTS_URL": "rdv.example.org",
            }
        )

    assert broken.value.problems == [
        "CALCOM_WEBHOOK_SECRET is too short: 16 characters are the least.",
        "ACUITY_API_KEY is set, and ACUITY_USER_ID missing: without it no booking can be read.",
        "EASYAPPOINTMENTS_SECRET is set, and EASYAPPOINTMENTS_API_TOKEN missing: without it no booking can be read.",
        "EASYAPPOINTMENTS_URL must be an http or https address, such as https://rdv.example.org.",
    ]
