from handlers.pages.links import pieces

NUMBERS = {"call 112": "tel:112", "call 988": "tel:988", "text 988": "sms:988", "text 85258 (SHOUT)": "sms:85258"}


def test_each_number_is_pressed_for_what_the_line_says_of_it():
    line = "988 (crisis): call 988 · text 988 · online https://line.example/chat/, day and night"

    assert pieces(line, NUMBERS) == [
        ("", "988 (crisis): call "),
        ("tel:988", "988"),
        ("", " · text "),
        ("sms:988", "988"),
        ("", " · online "),
        ("https://line.example/chat/", "https://line.example/chat/"),
        ("", ", day and night"),
    ]


def test_a_word_to_send_stays_beside_its_number():
    assert pieces("text 85258 (SHOUT)", NUMBERS) == [("", "text "), ("sms:85258", "85258"), ("", " (SHOUT)")]


def test_a_longer_number_is_another_one():
    assert pieces("call 1125, in 2026", NUMBERS) == [("", "call 1125, in 2026")]


def test_a_line_without_numbers_is_one_piece():
    assert pieces("Or the nearest hospital", {}) == [("", "Or the nearest hospital")]
