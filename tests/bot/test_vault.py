import pytest

from bot.vault import Vault, WrongKey


def test_what_is_sealed_opens_again_and_never_looks_the_same_twice():
    vault = Vault(b"m" * 32)
    key = vault.key(vault.new_key())

    sealed = key.seal("j’ai peur".encode())

    assert key.open(sealed) == "j’ai peur".encode()
    assert sealed != key.seal("j’ai peur".encode())
    assert b"peur" not in sealed


def test_another_persons_key_opens_nothing():
    vault = Vault(b"m" * 32)
    sealed = vault.key(vault.new_key()).seal(b"mine")

    with pytest.raises(WrongKey):
        vault.key(vault.new_key()).open(sealed)


def test_a_changed_byte_is_noticed():
    vault = Vault(b"m" * 32)
    key = vault.key(vault.new_key())
    sealed = bytearray(key.seal(b"mine"))
    sealed[-1] ^= 1

    with pytest.raises(WrongKey):
        key.open(bytes(sealed))


def test_a_wrapped_key_is_nothing_without_its_master_key():
    wrapped = Vault(b"m" * 32).new_key()

    with pytest.raises(WrongKey):
        Vault(b"n" * 32).key(wrapped)


def test_an_address_is_found_again_by_its_hash_and_only_on_its_platform():
    vault = Vault(b"m" * 32)

    assert vault.look_up("telegram", "42") == Vault(b"m" * 32).look_up("telegram", "42")
    assert vault.look_up("telegram", "42") != vault.look_up("web", "42")
    assert vault.look_up("telegram", "42") != Vault(b"n" * 32).look_up("telegram", "42")
