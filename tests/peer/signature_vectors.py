"""Signatures, good and bad, and what cursive says of each: JSON on standard output.

One object with the certificates as PEM and a list of vectors; each has the four image properties, the
digest of the data and cursive's verdict ("ok", "refused: why" or "crash: why").
"""
import base64
import datetime
import hashlib
import json
import os
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")

import cryptography.exceptions
from castellan.common import objects
from castellan.common.exception import ManagedObjectNotFoundError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa, utils
from cursive import exception, signature_utils

HASHES = {"SHA-224": hashes.SHA224(), "SHA-256": hashes.SHA256(), "SHA-384": hashes.SHA384(), "SHA-512": hashes.SHA512()}
DATA = b"an image, or what passes for one"


class KeyManager:
    """Castellan's, with a dict in Barbican's place."""

    def get(self, context, uuid):
        if uuid not in context:
            raise ManagedObjectNotFoundError(uuid=uuid)
        return objects.x_509.X509(context[uuid])


signature_utils.key_manager.API = KeyManager


def dsa_key(bits, q_bits):
    options = ["-pkeyopt", f"dsa_paramgen_bits:{bits}", "-pkeyopt", f"dsa_paramgen_q_bits:{q_bits}"]
    run = lambda *argv, data=None: subprocess.run(argv, input=data, check=True, capture_output=True).stdout
    parameters = run("openssl", "genpkey", "-genparam", "-algorithm", "DSA", *options)
    pem = run("openssl", "genpkey", "-paramfile", "/dev/stdin", data=parameters)
    return serialization.load_pem_private_key(pem, None)


AUTHORITY = ec.generate_private_key(ec.SECP256R1())


def certificate(public_key):
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    now = datetime.datetime.utcnow()
    builder = x509.CertificateBuilder(
        subject_name=name("signer"), issuer_name=name("authority"), public_key=public_key, serial_number=1,
        not_valid_before=now - datetime.timedelta(days=1), not_valid_after=now + datetime.timedelta(days=1))
    return builder.sign(AUTHORITY, hashes.SHA256())


def pss_only():
    """A key that is marked as fit for PSS only (id-RSASSA-PSS) and its certificate, as openssl makes them."""
    pem = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-nodes", "-subj", "/CN=signer",
         "-keyout", "/dev/stderr"], check=True, capture_output=True)
    start = pem.stderr.index(b"-----BEGIN PRIVATE KEY-----")
    key_pem = pem.stderr[start:pem.stderr.index(b"-----END PRIVATE KEY-----") + 26]
    return serialization.load_pem_private_key(key_pem, None), x509.load_pem_x509_certificate(pem.stdout)


def pss(key, digest, hash_method, salt=padding.PSS.MAX_LENGTH, mgf_hash=None):
    scheme = padding.PSS(mgf=padding.MGF1(mgf_hash or hash_method), salt_length=salt)
    return key.sign(digest, scheme, utils.Prehashed(hash_method))


def until(make, wanted, tries=5000):
    """The first of many signatures that has a rare property."""
    for _ in range(tries):
        found = make()
        if wanted(found):
            return found
    raise RuntimeError("no such signature")


def flip(data, bit):
    changed = bytearray(data)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


def der_integer(value, pad=b""):
    body = pad + value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big")
    return b"\x02" + bytes([len(body)]) + body


def der_pair(r, s, **options):
    body = der_integer(r, **options) + der_integer(s)
    header = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return b"\x30" + header + body


def rsa_signatures(key, other, digest, method):
    size = (key.key_size + 7) // 8
    n = key.public_key().public_numbers().n
    largest = (key.key_size + 6) // 8 - method.digest_size - 2
    good = pss(key, digest, method)
    number = int.from_bytes(good, "big")
    yield "good", good
    yield "bit flipped", flip(good, int.from_bytes(os.urandom(2), "big") % (8 * size - 16) + 8)
    yield "salt as long as the digest", pss(key, digest, method, min(method.digest_size, largest))
    yield "no salt", pss(key, digest, method, 0)
    yield "salt one short of the maximum", pss(key, digest, method, largest - 1)
    yield "PKCS#1 v1.5", key.sign(digest, padding.PKCS1v15(), utils.Prehashed(method))
    yield "MGF1 over SHA-1", pss(key, digest, method, mgf_hash=hashes.SHA1())
    yield "wrong key", pss(other, digest, method)
    yield "trailing byte", good + b"\0"
    yield "leading zero byte", b"\0" + good
    yield "cut off", good[:-1]
    yield "zero", bytes(size)
    if (number + n).bit_length() <= 8 * size:
        yield "modulus added", (number + n).to_bytes(size, "big")


def order_of(key):
    if isinstance(key, dsa.DSAPrivateKey):
        return key.parameters().parameter_numbers().q
    return {
        "secp384r1": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
        "secp521r1": 0x01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    }.get(key.curve.name)


def pair_signatures(key, other, digest, method):
    scheme = lambda: [utils.Prehashed(method)] if isinstance(key, dsa.DSAPrivateKey) else [ec.ECDSA(utils.Prehashed(method))]
    make = lambda signer=key: signer.sign(digest, *scheme())
    good = make()
    r, s = utils.decode_dss_signature(good)
    order = order_of(key)
    yield "good", good
    yield "bit flipped", flip(good, 8 * len(good) - 1 - os.urandom(1)[0] % 100)
    yield "wrong key", make(other)
    yield "trailing byte", good + b"\0"
    yield "cut off", good[:-1]
    yield "r = 0", der_pair(0, s)
    yield "s = 0", der_pair(r, 0)
    yield "r and s swapped", der_pair(s, r)
    yield "integer not minimal", der_pair(r, s, pad=b"\0")
    yield "r || s", b"".join(x.to_bytes((key.key_size + 7) // 8, "big") for x in (r, s))
    yield "BER length", b"\x30\x82" + len(good[2:]).to_bytes(2, "big") + good[2:]
    yield "leading zero in r", until(make, lambda found: utils.decode_dss_signature(found)[0] < order >> 8)
    if order is not None:
        yield "r = order", der_pair(order, s)
        yield "r + order", der_pair(r + order, s)
        yield "other s", der_pair(r, order - s)
        yield "s negative", b"\x30" + bytes([len(der_integer(r)) + 3]) + der_integer(r) + b"\x02\x01\xff"


def verdict(certificates, properties, data):
    try:
        verifier = signature_utils.get_verifier(
            certificates, properties["certificate"], properties["hash"], properties["signature"], properties["keyType"])
        verifier.update(data)
        verifier.verify()
        return "ok"
    except exception.SignatureVerificationError as error:
        return f"refused: {error}"
    except cryptography.exceptions.InvalidSignature:
        return "refused: InvalidSignature"
    except Exception as error:  # nova-compute would fail the build with it
        return f"crash: {type(error).__name__}: {error}"


def main():
    keys = {}
    for bits in (1024, 1031, 2047, 2048, 2049, 2056, 3072):
        keys[f"RSA {bits}"] = ("RSA-PSS", rsa.generate_private_key(65537, bits))
    keys["RSA 2048 e=3"] = ("RSA-PSS", rsa.generate_private_key(3, 2048))
    for bits, q_bits in ((1024, 160), (2048, 224), (2048, 256), (3072, 256)):
        keys[f"DSA {bits}/{q_bits}"] = ("DSA", dsa_key(bits, q_bits))
    keys["P-384"] = ("ECC_SECP384R1", ec.generate_private_key(ec.SECP384R1()))
    keys["P-521"] = ("ECC_SECP521R1", ec.generate_private_key(ec.SECP521R1()))
    der = lambda cert: cert.public_bytes(serialization.Encoding.DER)
    certificates = {name: der(certificate(key.public_key())) for name, (_, key) in keys.items()}
    vectors = []

    def add(key, kind, signature, key_type, hash_name, data=DATA):
        text = signature if isinstance(signature, str) else base64.b64encode(signature).decode()
        properties = {"certificate": key, "hash": hash_name, "signature": text, "keyType": key_type}
        found = verdict(certificates, properties, data)
        # As the tool would: the data is hashed with what the property names, if it names anything.
        native = hash_name.replace("-", "").lower() if hash_name in HASHES else "sha256"
        digest = hashlib.new(native, data).hexdigest()
        vectors.append({"key": key, "kind": kind, "properties": properties, "digest": digest, "cursive": found})

    others = {
        kind: make() for kind, make in {
            "RSA-PSS": lambda: rsa.generate_private_key(65537, 2048),
            "ECC_SECP384R1": lambda: ec.generate_private_key(ec.SECP384R1()),
            "ECC_SECP521R1": lambda: ec.generate_private_key(ec.SECP521R1()),
        }.items()
    }
    for name, (key_type, key) in keys.items():
        for hash_name, method in HASHES.items():
            digest = hashlib.new(hash_name.replace("-", "").lower(), DATA).digest()
            if key_type == "RSA-PSS":
                made = rsa_signatures(key, others[key_type], digest, method)
            else:
                other = others.get(key_type) or key.parameters().generate_private_key()
                made = pair_signatures(key, other, digest, method)
            for kind, signature in made:
                add(name, kind, signature, key_type, hash_name)
                if kind == "good":
                    add(name, "other data", signature, key_type, hash_name, DATA + b"!")
        good = next(v for v in vectors if v["key"] == name and v["kind"] == "good" and "256" in v["properties"]["hash"])
        text = good["properties"]["signature"]
        for hash_name in ("SHA-384", "sha-256", "SHA256", "SHA-1", "MD5", ""):
            add(name, f"hash named {hash_name!r}", text, key_type, hash_name)
        for named in ("RSA-PSS", "DSA", "ECC_SECP384R1", "ECC_SECP521R1", "ECC_SECT571K1", "RSA", ""):
            add(name, f"key type named {named!r}", text, named, "SHA-256")

    # Rare values, and texts that only Python's decoder takes.
    name, (key_type, key), method = "RSA 1024", keys["RSA 1024"], hashes.SHA256()
    digest = hashlib.sha256(DATA).digest()
    zero_first = until(lambda: pss(key, digest, method), lambda found: found[0] == 0)
    add(name, "signature that begins with zero", zero_first, key_type, "SHA-256")
    add(name, "its zero cut off", zero_first[1:], key_type, "SHA-256")
    numbered = iter(range(10**6))
    zero_data = until(lambda: str(next(numbered)).encode(), lambda data: hashlib.sha256(data).digest()[0] == 0)
    zero_digest = hashlib.sha256(zero_data).digest()
    for name, (key_type, key) in keys.items():
        method = hashes.SHA256()
        if key_type == "RSA-PSS":
            signature = pss(key, zero_digest, method)
        elif key_type == "DSA":
            signature = key.sign(zero_digest, utils.Prehashed(method))
        else:
            signature = key.sign(zero_digest, ec.ECDSA(utils.Prehashed(method)))
        add(name, "digest that begins with zero", signature, key_type, "SHA-256", zero_data)
    name, (key_type, key) = "RSA 2048", keys["RSA 2048"]
    text = base64.b64encode(pss(key, digest, hashes.SHA256())).decode()
    lines = "\n".join(text[at:at + 64] for at in range(0, len(text), 64))
    for kind, changed in {
        "line breaks": lines + "\n", "blanks": " " + text + " ", "stray characters": "!!" + text[:9] + "-_*" + text[9:],
        "padding missing": text.rstrip("="), "padding twice": text + "==", "junk after the padding": text + "QUJD",
        "padding first": "==" + text, "padding inside": text[:8] + "=" + text[8:], "url-safe": text.replace("+", "-").replace("/", "_") + "-_",
        "not ASCII": text + "é", "empty": "", "only padding": "====", "one digit": "A",
    }.items():
        add(name, f"base64: {kind}", changed, key_type, "SHA-256")

    # Curves that cursive does not compare with the name, and keys of no use at all.
    for label, curve in {"P-256": ec.SECP256R1(), "secp256k1": ec.SECP256K1(), "brainpool": ec.BrainpoolP384R1()}.items():
        key = ec.generate_private_key(curve)
        certificates[label] = der(certificate(key.public_key()))
        signature = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        for named in ("ECC_SECP384R1", "ECC_SECP521R1", "RSA-PSS", "DSA"):
            add(label, f"another curve, key type named {named}", signature, named, "SHA-256")
    binary = ["SECT409K1", "SECT571R1"] if hasattr(ec, "SECT409K1") else []
    for label, curve in {f"ECC_{name}": getattr(ec, name)() for name in binary}.items():
        key = ec.generate_private_key(curve)
        certificates[label] = der(certificate(key.public_key()))
        signature = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        add(label, "binary curve", signature, label, "SHA-256")
        add(label, "binary curve, bit flipped", flip(signature, 300), label, "SHA-256")
    from cryptography.hazmat.primitives.asymmetric import ed25519
    certificates["Ed25519"] = der(certificate(ed25519.Ed25519PrivateKey.generate().public_key()))
    for named in ("RSA-PSS", "DSA", "ECC_SECP384R1"):
        add("Ed25519", f"foreign key, key type named {named}", b"x" * 64, named, "SHA-256")
    key, cert = pss_only()
    certificates["RSASSA-PSS"] = der(cert)
    for hash_name, method in HASHES.items():
        digest = hashlib.new(hash_name.replace("-", "").lower(), DATA).digest()
        for kind, signature in rsa_signatures(key, others["RSA-PSS"], digest, method):
            add("RSASSA-PSS", kind, signature, "RSA-PSS", hash_name)
    # cryptography 43 makes none so short, but takes it.
    tiny = serialization.load_pem_private_key(
        subprocess.run(["openssl", "genrsa", "512"], check=True, capture_output=True).stdout, None)
    certificates["RSA 512"] = der(certificate(tiny.public_key()))
    for hash_name in ("SHA-512", "SHA-384"):
        add("RSA 512", "key too short for the hash", os.urandom(63).rjust(64, b"\0"), "RSA-PSS", hash_name)
    digest = hashlib.sha256(DATA).digest()
    add("RSA 512", "good", pss(tiny, digest, hashes.SHA256()), "RSA-PSS", "SHA-256")
    add("nobody's", "no such certificate", b"x", "RSA-PSS", "SHA-256")

    pem = {name: x509.load_der_x509_certificate(data).public_bytes(serialization.Encoding.PEM).decode()
           for name, data in certificates.items()}
    json.dump({"certificates": pem, "vectors": vectors}, sys.stdout)


if __name__ == "__main__":
    main()
