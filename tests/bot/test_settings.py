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


def webhooks(public_url: str, **more: str) -> dict[str, str]:
    return {"TELEGRAM_WEBHOOK_SECRET": "only-telegram-knows-it", "PUBLIC_URL": public_url, **more}


def test_webhooks_need_a_port_that_telegram_posts_to():
    with pytest.raises(BrokenSettings) as broken:
        read({**webhooks("https://talk.example.org:9443"), "PORT": "many"})

    assert broken.value.problems == [
        "PORT must be a number from 1 to 65535, not 'many'.",
        "TELEGRAM_WEBHOOK_SECRET asks for webhooks, which Telegram posts to port 443, 80, 88 or 8443 only: "
        "PUBLIC_URL is on port 9443.",
    ]


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_webhooks_on_the_ports_of_telegram_are_taken(port: str):
    assert read(webhooks(f"https://talk.example.org{port}")).webhook_secret == "only-telegram-knows-it"


def test_without_webhooks_or_with_another_bot_api_server_any_port_will_do():
    url = "https://talk.example.org:9443"

    assert read({"PUBLIC_URL": url}).public_url == url
    assert read(webhooks(url, TELEGRAM_URL="http://127.0.0.1:8081")).public_url == url


@pytest.mark.parametrize("url", ["talk.example.org", "https://", "https://talk.example.org:many", "http://["])
def test_a_public_url_that_is_no_address_is_named(url: str):
    with pytest.raises(BrokenSettings) as broken:
        read(webhooks(url))

    assert broken.value.problems == ["PUBLIC_URL must be an http or https address, such as https://talk.example.org."]


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
