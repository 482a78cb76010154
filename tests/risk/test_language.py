import pytest

from flows.risk.language import written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i want to die", "en"),
        ("He’s hitting me.", "en"),
        ("je veux mourir", "fr"),
        ("J’AI TOUT AVALÉ", "fr"),
        ("il me frappe", "fr"),
        ("kms", None),
        ("suicide", None),
        ("help me", None),
        ("112", None),
        ("", None),
    ],
)
def test_small_words_tell_the_language(text: str, language: str | None):
    assert written_in(text) == language
