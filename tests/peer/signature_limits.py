"""Signatures of keys at and beyond the largest that OpenSSL computes with, and what cursive says of each.

Nothing makes such keys, so they are put together from small primes here; that the numbers are composite
where a prime is expected changes nothing for who verifies. The output is that of signature_vectors.py.
"""
import base64
import hashlib
import json
import math
import os
import secrets
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, rsa

from signature_vectors import certificate, der_pair, flip, verdict

DATA = b"an image, or what passes for one"
DIGEST = hashlib.sha256(DATA).digest()


def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts):
    return der(0x30, b"".join(parts))


def integer(value):
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def public_key(algorithm, key):
    return serialization.load_der_public_key(sequence(algorithm, der(3, b"\0" + key)))


def random_bits(bits):
    return secrets.randbits(bits) | 1 << bits - 1 | 1


def prime(low, high):
    while True:
        found = low + secrets.randbelow(high - low) | 1
        if pow(2, found - 1, found) == 1:
            return found


def rsa_primes(bits):
    """Primes of some 256 bits, whose product has exactly so many."""
    primes = [prime(1 << 255, 1 << 256) for _ in range(bits // 256 - 1)]
    product = math.prod(primes)
    return primes + [prime((1 << bits - 1) // product + 1, (1 << bits) // product)]


def rsa_exponent(bits, modulus, carmichael):
    while True:
        exponent = random_bits(bits)
        if exponent < modulus and math.gcd(exponent, carmichael) == 1:
            return exponent


def power(base, exponent, primes):
    """By the Chinese remainder theorem: 16384 bits take many seconds otherwise."""
    total, modulus = 0, math.prod(primes)
    for prime in primes:
        rest = modulus // prime
        total += pow(base, exponent % (prime - 1), prime) * rest * pow(rest, -1, prime)
    return total % modulus


def pss_padded(bits):
    """EMSA-PSS with the longest salt (RFC 8017 9.1.1), for a modulus of so many bits."""
    length = (bits + 6) // 8
    salt = os.urandom(length - 32 - 2)
    seed = hashlib.sha256(bytes(8) + DIGEST + salt).digest()
    block = b"\1" + salt
    mask = b"".join(hashlib.sha256(seed + counter.to_bytes(4, "big")).digest() for counter in range(length // 32 + 1))
    masked = bytearray(one ^ other for one, other in zip(block, mask))
    masked[0] &= 0xff >> (8 * length - bits + 1)
    return int.from_bytes(bytes(masked) + seed + b"\xbc", "big")


def rsa_case(bits, exponent_bits):
    primes = rsa_primes(bits)
    modulus, carmichael = math.prod(primes), math.lcm(*(prime - 1 for prime in primes))
    exponent = rsa_exponent(exponent_bits, modulus, carmichael)
    algorithm = sequence(bytes.fromhex("06092a864886f70d0101010500"))
    key = public_key(algorithm, sequence(integer(modulus), integer(exponent)))
    signature = power(pss_padded(bits), pow(exponent, -1, carmichael), primes).to_bytes((bits + 7) // 8, "big")
    return "RSA-PSS", key, signature


def dsa_case(bits):
    """One sound group, and a factor that makes its modulus as long as wanted: the group goes on with order q."""
    small = dsa.generate_parameters(2048).parameter_numbers()
    q = small.q
    factor = next(found for found in iter(lambda: random_bits(bits - 2047), None)
                  if (found * small.p).bit_length() == bits and math.gcd(found, small.p) == 1)
    p = small.p * factor
    g = (small.g * factor * pow(factor, -1, small.p) + small.p * pow(small.p, -1, factor)) % p
    x, k = 1 + secrets.randbelow(q - 1), 1 + secrets.randbelow(q - 1)
    z = int.from_bytes(DIGEST[:q.bit_length() // 8], "big")
    r = pow(g, k, p) % q
    s = pow(k, -1, q) * (z + x * r) % q
    algorithm = sequence(bytes.fromhex("06072a8648ce380401"), sequence(integer(p), integer(q), integer(g)))
    return "DSA", public_key(algorithm, integer(pow(g, x, p))), der_pair(r, s)


CASES = {
    "RSA 3072, e of 3072": lambda: rsa_case(3072, 3072),
    "RSA 3072, e of 65": lambda: rsa_case(3072, 65),
    "RSA 3073, e of 64": lambda: rsa_case(3073, 64),
    "RSA 3073, e of 65": lambda: rsa_case(3073, 65),
    "RSA 16384, e of 64": lambda: rsa_case(16384, 64),
    "RSA 16385, e of 17": lambda: rsa_case(16385, 17),
    "DSA 10000": lambda: dsa_case(10000),
    "DSA 10001": lambda: dsa_case(10001),
}


def main():
    certificates, vectors = {}, []
    for name, make in CASES.items():
        key_type, key, good = make()
        certificates[name] = certificate(key).public_bytes(serialization.Encoding.DER)
        for kind, signature in {"good": good, "bit flipped": flip(good, 8 * len(good) - 9)}.items():
            properties = {"certificate": name, "hash": "SHA-256", "signature": base64.b64encode(signature).decode(),
                          "keyType": key_type}
            vectors.append({"key": name, "kind": kind, "properties": properties, "digest": DIGEST.hex(),
                            "cursive": verdict(certificates, properties, DATA)})
    pem = {name: x509.load_der_x509_certificate(data).public_bytes(serialization.Encoding.PEM).decode()
           for name, data in certificates.items()}
    json.dump({"certificates": pem, "vectors": vectors}, sys.stdout)


main()
