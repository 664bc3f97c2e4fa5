"""Chains of certificates, good and bad, and what cursive says of each: JSON on standard output.

One list of cases, each with its certificates as PEM by id, the signer's id, the trusted ids, the time and
cursive's verdict ("ok", "refused: why", "crash: why" or "hang").
"""
import base64
import datetime
import hashlib
import importlib.metadata
import json
import signal
import subprocess
import sys
import types
import warnings

warnings.simplefilter("ignore")

from castellan.common import objects
from castellan.common.exception import ManagedObjectNotFoundError
from castellan.key_manager.barbican_key_manager import BarbicanKeyManager
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa, utils
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID, ObjectIdentifier
from cursive import certificate_utils, exception, signature_utils
from oslo_utils import timeutils

NOW = datetime.datetime(2026, 6, 1, 12, 0, 0)
YEAR = datetime.timedelta(days=365)
SECOND = datetime.timedelta(seconds=1)


class KeyManager:
    """Castellan's Barbican back end, with a dict of PEM texts in Barbican's place."""

    def get(self, context, uuid):
        if uuid not in context:
            raise ManagedObjectNotFoundError(uuid=uuid)
        secret = types.SimpleNamespace(secret_type="certificate", payload=context[uuid].encode())
        return objects.x_509.X509(BarbicanKeyManager._get_secret_data(None, secret))


signature_utils.key_manager.API = KeyManager


# Since 0.3 it compares times that know their zone.
CURSIVE = importlib.metadata.version("cursive")


def verdict(certificates, signer, trusted, now):
    """As nova does it: the verifier takes the signer's key first, then the chain is built."""
    timeutils.set_time_override(now.replace(tzinfo=datetime.timezone.utc) if CURSIVE >= "0.3" else now)
    signal.alarm(1)
    try:
        signature_utils.get_certificate(certificates, signer).public_key()
        certificate_utils.verify_certificate(certificates, signer, trusted)
        return "ok"
    except exception.SignatureVerificationError as error:
        return f"refused: {error}"
    except TimeoutError:
        return "hang"
    except Exception as error:  # nova-compute would fail the build with it
        return f"crash: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)


def on_alarm(*_):
    raise TimeoutError


signal.signal(signal.SIGALRM, on_alarm)


# Certificates of cryptography's making.

RSA = rsa.generate_private_key(65537, 2048)
LEAF = ec.generate_private_key(ec.SECP384R1())
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(8)]


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(cert_sign=True):
    return x509.KeyUsage(False, False, False, False, False, cert_sign, True, False, False)


def make(subject, issuer, key, issuer_key, *, ca=None, path=None, sign=None, start=NOW - YEAR, end=NOW + YEAR,
         hash_method=hashes.SHA256(), extensions=()):
    """`ca` and `sign` are three-valued: None leaves the extension out."""
    as_name = lambda value: value if isinstance(value, x509.Name) else name(value)
    builder = x509.CertificateBuilder(
        subject_name=as_name(subject), issuer_name=as_name(issuer), public_key=key.public_key(), serial_number=1,
        not_valid_before=start, not_valid_after=end)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path), True)
    if sign is not None:
        builder = builder.add_extension(usage(sign), True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    try:
        certificate = builder.sign(issuer_key, hash_method)
    except UnsupportedAlgorithm:
        return signed_anew(builder.sign(issuer_key, hashes.SHA256()), issuer_key, hash_method)
    return certificate.public_bytes(serialization.Encoding.DER)


def root(text="root", key=KEYS[0], **options):
    return make(text, text, key, key, **{"ca": True, "path": 3, "sign": True, **options})


def authority(text, issuer, key, issuer_key, **options):
    return make(text, issuer, key, issuer_key, **{"ca": True, "path": 3, "sign": True, **options})


def leaf(issuer="root", issuer_key=KEYS[0], **options):
    return make("leaf", issuer, LEAF, issuer_key, **options)


# Certificates of our own making, to be wrong in one place.

def tlv(tag, *contents):
    body = b"".join(contents)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def oid(dotted):
    first, second, *others = map(int, dotted.split("."))
    out = bytes([40 * first + second])
    for arc in others:
        digits = [arc & 127]
        while arc := arc >> 7:
            digits.insert(0, arc & 127 | 128)
        out += bytes(digits)
    return tlv(6, out)


ECDSA_SHA256 = tlv(0x30, oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = tlv(0x30, oid("1.2.840.113549.1.1.11"), tlv(5))
TRUE, FALSE = tlv(1, b"\xff"), tlv(1, b"\0")
BASIC, USAGE = "2.5.29.19", "2.5.29.15"


def extension(dotted, value, critical=b""):
    return tlv(0x30, oid(dotted), critical, tlv(4, value))


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def algorithm(key, hash_method):
    """AlgorithmIdentifier of a signature by a key."""
    if isinstance(key, rsa.RSAPrivateKey):
        return tlv(0x30, oid({"sha256": "1.2.840.113549.1.1.11", "sha1": "1.2.840.113549.1.1.5", "md5": "1.2.840.113549.1.1.4"}[hash_method.name]), tlv(5))
    if isinstance(key, dsa.DSAPrivateKey):
        return tlv(0x30, oid({"sha256": "2.16.840.1.101.3.4.3.2", "sha1": "1.2.840.10040.4.3"}[hash_method.name]))
    return tlv(0x30, oid({"sha256": "1.2.840.10045.4.3.2", "sha1": "1.2.840.10045.4.1"}[hash_method.name]))


def signed_anew(certificate, key, hash_method):
    """With a hash that cryptography 43 verifies, but makes no certificate with."""
    tbs = certificate.tbs_certificate_bytes
    body = tbs[2 + (tbs[1] & 127 if tbs[1] & 128 else 0):]
    other = algorithm(key, hash_method)
    tbs = tlv(0x30, body.replace(algorithm(key, hashes.SHA256()), other, 1))
    return tlv(0x30, tbs, other, tlv(3, b"\0", sign_with(key, tbs, hash_method)))


def sign_with(key, data, hash_method=hashes.SHA256()):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hash_method)
    return key.sign(data, hash_method if isinstance(key, dsa.DSAPrivateKey) else ec.ECDSA(hash_method))


def raw(*, issuer="root", subject="leaf", key=LEAF, issuer_key=KEYS[0], version=tlv(0xA0, tlv(2, b"\2")), serial=tlv(2, b"\1"),
        inner=ECDSA_SHA256, outer=None, start=tlv(0x17, b"250601000000Z"), end=tlv(0x17, b"270601000000Z"), info=None,
        extensions=None, ids=b"", signature=None, trailer=b"", inside=b""):
    as_name = lambda value: value if isinstance(value, bytes) else name(value).public_bytes()
    listed = b"" if extensions is None else tlv(0xA3, tlv(0x30, *extensions))
    tbs = tlv(0x30, version, serial, inner, as_name(issuer), tlv(0x30, start, end), as_name(subject), info or spki(key), ids,
              listed, inside)
    bits = tlv(3, b"\0", sign_with(issuer_key, tbs) if signature is None else signature(tbs))
    return tlv(0x30, tbs, outer or inner, bits) + trailer


BASIC_CA = extension(BASIC, tlv(0x30, TRUE, tlv(2, b"\1")), TRUE)
USAGE_CA = extension(USAGE, tlv(3, b"\2\4"), TRUE)


def raw_root(**options):
    return raw(**{"subject": "root", "key": KEYS[0], "extensions": [BASIC_CA, USAGE_CA], **options})


def rsa_raw(key, number):
    """A signature with a padding of one's own."""
    numbers = key.private_numbers()
    return pow(number, numbers.d, numbers.public_numbers.n).to_bytes((key.key_size + 7) // 8, "big")


def padded(size, content):
    return int.from_bytes(b"\0\1" + b"\xff" * (size - 3 - len(content)) + b"\0" + content, "big")


DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
WITHOUT_NULL = bytes.fromhex("302f300b0609608648016503040201" "0420")


def cube_root(number):
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


def forged(tbs):
    """Bleichenbacher 2006: the digest in front, rubbish behind it, a cube root as the signature."""
    head = b"\0\1" + b"\xff" * 8 + b"\0" + DIGEST_INFO + hashlib.sha256(tbs).digest()
    root = cube_root(int.from_bytes(head + b"\0" * (256 - len(head)), "big"))
    return root.to_bytes(256, "big")


CASES = []


def pem_of(der):
    lines = base64.encodebytes(der).decode().replace("\n", "")
    body = "\n".join(lines[at:at + 64] for at in range(0, len(lines), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def case(label, signer, *trusted, ids=None, now=NOW):
    certificates = {"signer": signer if isinstance(signer, str) else pem_of(signer)}
    for index, certificate in enumerate(trusted):
        certificates[f"trusted-{index}"] = certificate if isinstance(certificate, str) else pem_of(certificate)
    listed = [key for key in certificates if key != "signer"] if ids is None else ids
    CASES.append({
        "name": label, "certificates": certificates, "trusted": listed,
        "now": round(now.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000),
        "cursive": verdict(certificates, "signer", listed, now),
    })


def links():
    middle = authority("middle", "root", KEYS[1], KEYS[0], path=0)
    under = leaf("middle", KEYS[1])
    case("leaf and root", leaf(), root())
    case("leaf, intermediate and root", under, middle, root())
    case("the order of the list does not count", under, root(), middle)
    case("intermediate without its root", under, middle)
    case("root without the intermediate", under, root())
    case("nothing trusted that exists", leaf(), ids=["nobody", "missing"])
    case("one trusted id unknown", leaf(), root(), ids=["nobody", "trusted-0"])
    case("trusted twice", leaf(), root(), root())
    case("another root", leaf(), root("other", KEYS[5]))
    case("the leaf itself, no authority", leaf(), leaf())
    case("the leaf itself and its root", leaf(), leaf(), root())
    self_signed = root("self", LEAF)
    case("a self-signed authority that is trusted", self_signed, self_signed)
    case("a self-signed authority that is not trusted", self_signed, root())
    plain = make("self", "self", LEAF, LEAF)
    case("a self-signed leaf that is trusted", plain, plain)
    case("wrong key of the same name", leaf(), root(key=KEYS[5]))
    case("wrong and right key of one name", leaf(), root(key=KEYS[5]), root())
    case("right and wrong key of one name", leaf(), root(), root(key=KEYS[5]))
    case("renewed root, both trusted", leaf(), root(end=NOW + YEAR * 2), root())
    case("key of the root rolled over", leaf(issuer_key=KEYS[1]), authority("root", "root", KEYS[1], KEYS[0]), root())
    a, b = authority("a", "b", KEYS[1], KEYS[2]), authority("b", "a", KEYS[2], KEYS[1])
    case("two authorities that vouch for each other", leaf("a", KEYS[1]), a, b)
    case("the same, with a root beside them", leaf("a", KEYS[1]), a, b, root())
    c = authority("a", "root", KEYS[1], KEYS[0])
    case("a loop first, a root behind it", leaf("a", KEYS[1]), a, b, c, root())
    case("a root first, a loop behind it", leaf("a", KEYS[1]), c, root(), a, b)
    chain = [authority(f"ca{i}", f"ca{i - 1}" if i else "root", KEYS[i + 1], KEYS[i], path=9) for i in range(5)]
    case("five intermediates", leaf("ca4", KEYS[5]), *chain, root(path=9))
    case("five intermediates, one missing", leaf("ca4", KEYS[5]), *chain[:2], *chain[3:], root(path=9))


def lengths():
    for path in (0, 1, 2, None):
        one = [authority("a", "root", KEYS[1], KEYS[0], path=0)]
        two = [authority("b", "a", KEYS[2], KEYS[1], path=0), authority("a", "root", KEYS[1], KEYS[0], path=1)]
        case(f"path length {path}, nothing between", leaf(), root(path=path))
        case(f"path length {path}, one between", leaf("a", KEYS[1]), *one, root(path=path))
        case(f"path length {path}, two between", leaf("b", KEYS[2]), *two, root(path=path))
    case("path length of the intermediate too small", leaf("b", KEYS[2]), authority("b", "a", KEYS[2], KEYS[1], path=0),
         authority("a", "root", KEYS[1], KEYS[0], path=0), root())
    case("path length of 2**40", leaf(), root(path=2**40))
    case("no path length in the intermediate", leaf("a", KEYS[1]), authority("a", "root", KEYS[1], KEYS[0], path=None), root())
    case("leaf that is an authority", leaf(ca=True, path=0, sign=True), root(path=0))


def authorities():
    case("no basicConstraints", leaf(), root(ca=None, path=None))
    case("CA:FALSE", leaf(), root(ca=False, path=None))
    case("no keyUsage", leaf(), root(sign=None))
    case("keyUsage without keyCertSign", leaf(), root(sign=False))
    case("intermediate without keyCertSign", leaf("a", KEYS[1]), authority("a", "root", KEYS[1], KEYS[0], sign=False), root())
    case("leaf with keyCertSign alone", leaf(sign=True), root())
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\5\0")
    case("unknown critical extension in the leaf", leaf(extensions=[(unknown, True)]), root())
    case("unknown critical extension in the root", leaf(), root(extensions=[(unknown, True)]))
    case("unknown extension", leaf(extensions=[(unknown, False)]), root())
    eku = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
    case("extKeyUsage for something else", leaf(extensions=[(eku, True)]), root())
    constraint = x509.NameConstraints(None, [x509.DirectoryName(name("leaf"))])
    case("name that the root excludes", leaf(), root(extensions=[(constraint, True)]))


def dates():
    half = datetime.timedelta(milliseconds=500)
    for label, at in {
        "a second before": NOW - YEAR - SECOND, "half a second before": NOW - YEAR - half, "the first moment": NOW - YEAR,
        "the last moment": NOW + YEAR, "half a second after": NOW + YEAR + half, "a second after": NOW + YEAR + SECOND,
    }.items():
        case(f"leaf at {label}", leaf(), root(start=NOW - 2 * YEAR, end=NOW + 2 * YEAR), now=at)
        case(f"root at {label}", leaf(start=NOW - 2 * YEAR, end=NOW + 2 * YEAR), root(), now=at)
    case("intermediate expired", leaf("a", KEYS[1]), authority("a", "root", KEYS[1], KEYS[0], end=NOW - SECOND), root())
    case("validity beyond 2050", leaf(end=datetime.datetime(2077, 1, 1)), root(end=datetime.datetime(9999, 12, 31, 23, 59, 59)))
    case("validity since 1960", leaf(start=datetime.datetime(1960, 1, 1)), root(start=datetime.datetime(1950, 1, 1)))
    ended = lambda time: raw(end=time)
    case("GeneralizedTime before 2050", ended(tlv(0x18, b"20270601000000Z")), raw_root())
    for label, time in {
        "UTCTime without seconds": tlv(0x17, b"2706010000Z"), "UTCTime with an offset": tlv(0x17, b"270601000000+0100"),
        "GeneralizedTime with a fraction": tlv(0x18, b"20270601000000.5Z"), "30 February": tlv(0x17, b"270230000000Z"),
        "hour 24": tlv(0x17, b"270601240000Z"), "second 60": tlv(0x17, b"270601000060Z"), "blank time": tlv(0x17, b""),
        "time of another type": tlv(0x16, b"270601000000Z"), "29 February of a leap year": tlv(0x17, b"280229000000Z"),
        "29 February of another year": tlv(0x17, b"270229000000Z"), "year 2000": tlv(0x18, b"20000229000000Z"),
    }.items():
        case(label, ended(time), raw_root())


def algorithms():
    methods = {"SHA-1": hashes.SHA1(), "SHA-224": hashes.SHA224(), "SHA-384": hashes.SHA384(), "SHA-512": hashes.SHA512()}
    keys = {
        "RSA": RSA, "RSA 2047": rsa.generate_private_key(65537, 2047), "RSA 2049": rsa.generate_private_key(65537, 2049),
        "RSA e=3": rsa.generate_private_key(3, 2048), "DSA": dsa.generate_private_key(2048), "P-256": KEYS[0],
        "P-384": ec.generate_private_key(ec.SECP384R1()), "P-521": ec.generate_private_key(ec.SECP521R1()),
    }
    for label, key in keys.items():
        for text, method in {"SHA-256": hashes.SHA256(), **methods}.items():
            case(f"issued by {label} over {text}", leaf(issuer_key=key, hash_method=method), root(key=key))
        good = leaf(issuer_key=key)
        case(f"issued by {label}, signature altered", good[:-1] + bytes([good[-1] ^ 1]), root(key=key))
        at = good.index(b"leaf")
        case(f"issued by {label}, contents altered", good[:at] + b"Leaf" + good[at + 4:], root(key=key))
    case("issued by RSA over MD5", leaf(issuer_key=RSA, hash_method=hashes.MD5()), root(key=RSA))
    binary = {"sect571r1": ec.SECT571R1()} if hasattr(ec, "SECT571R1") else {}
    for label, curve in {"secp256k1": ec.SECP256K1(), "brainpoolP384r1": ec.BrainpoolP384R1(), **binary}.items():
        key = ec.generate_private_key(curve)
        case(f"issued by {label}", leaf(issuer_key=key), root(key=key))
    key = ed25519.Ed25519PrivateKey.generate()
    case("issued by Ed25519", leaf(issuer_key=key, hash_method=None), root(key=key, hash_method=None))
    case("Ed25519 in the list, another issuer", leaf(), root(key=key, hash_method=None, text="other"), root())
    case("self-signature over SHA-1", leaf(), root(hash_method=hashes.SHA1()))
    small = serialization.load_pem_private_key(subprocess.run(["openssl", "genrsa", "512"], check=True, capture_output=True).stdout, None)
    case("issued by RSA 512", leaf(issuer_key=small), root(key=small))

    by_rsa = lambda **options: raw(issuer_key=RSA, inner=RSA_SHA256, **options)
    trusted = root(key=RSA)
    digest = lambda tbs: hashlib.sha256(tbs).digest()
    case("RSA, by hand", by_rsa(), trusted)
    case("RSA over what is labelled ECDSA", raw(issuer_key=RSA, inner=ECDSA_SHA256), trusted)
    case("ECDSA over what is labelled RSA", raw(inner=RSA_SHA256), raw_root())
    case("DigestInfo without NULL", by_rsa(signature=lambda tbs: rsa_raw(RSA, padded(256, WITHOUT_NULL + digest(tbs)))), trusted)
    case("padding of seven bytes and a tail", by_rsa(signature=lambda tbs: rsa_raw(RSA, int.from_bytes(
        b"\0\1" + b"\xff" * 7 + b"\0" + DIGEST_INFO + digest(tbs) + b"\0" * 195, "big"))), trusted)
    case("padding with a zero", by_rsa(signature=lambda tbs: rsa_raw(RSA, padded(256, DIGEST_INFO + digest(tbs)) ^ (0xFF << 1600))), trusted)
    case("signature with a zero in front", by_rsa(signature=lambda tbs: b"\0" + sign_with(RSA, tbs)), trusted)
    case("signature plus the modulus", by_rsa(signature=lambda tbs: (
        int.from_bytes(sign_with(RSA, tbs), "big") + RSA.public_key().public_numbers().n).to_bytes(257, "big")), trusted)
    e3 = keys["RSA e=3"]
    case("forged for e=3", raw(issuer_key=e3, inner=RSA_SHA256, signature=forged), root(key=e3))
    pss_parameters = bytes.fromhex("3041" "06092a864886f70d01010a" "3034a00f300d06096086480165030402010500"
                                   "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120")
    pss = lambda tbs: RSA.sign(tbs, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    case("signed with RSASSA-PSS", raw(issuer_key=RSA, inner=pss_parameters, signature=pss), trusted)
    case("unknown signature algorithm", raw(inner=tlv(0x30, oid("1.2.3.4"))), raw_root())
    case("empty signature", raw(signature=lambda tbs: b""), raw_root())
    r_s = lambda tbs: utils.decode_dss_signature(sign_with(KEYS[0], tbs))
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    case("ECDSA, other s", raw(signature=lambda tbs: (lambda r, s: utils.encode_dss_signature(r, order - s))(*r_s(tbs))), raw_root())
    case("ECDSA, trailing byte", raw(signature=lambda tbs: sign_with(KEYS[0], tbs) + b"\0"), raw_root())
    case("ECDSA, zeros", raw(signature=lambda tbs: tlv(0x30, tlv(2, b"\0"), tlv(2, b"\0"))), raw_root())


def names():
    def issued(issuer, subject):
        return raw(issuer=issuer), raw_root(subject=subject, issuer=subject)

    def rdn(*pairs):
        return tlv(0x31, *(tlv(0x30, oid(kind), value) for kind, value in pairs))

    CN, O, C = "2.5.4.3", "2.5.4.10", "2.5.4.6"
    utf8, printable, bmp, universal = (lambda text, tag=tag, code=code: tlv(tag, text.encode(code)) for tag, code in (
        (12, "utf-8"), (19, "ascii"), (30, "utf-16-be"), (28, "utf-32-be")))
    teletex, ia5, visible, numeric = (lambda text, tag=tag: tlv(tag, text.encode()) for tag in (20, 22, 26, 18))
    full = lambda *parts: tlv(0x30, *parts)
    plain = full(rdn((CN, utf8("Root"))))
    for label, other in {
        "the same": plain, "PrintableString": full(rdn((CN, printable("Root")))), "BMPString": full(rdn((CN, bmp("Root")))),
        "UniversalString": full(rdn((CN, universal("Root")))), "TeletexString": full(rdn((CN, teletex("Root")))),
        "IA5String": full(rdn((CN, ia5("Root")))), "VisibleString": full(rdn((CN, visible("Root")))),
        "NumericString": full(rdn((CN, numeric("Root")))), "other case": full(rdn((CN, utf8("root")))),
        "a blank more": full(rdn((CN, utf8("Root ")))), "another attribute": full(rdn((O, utf8("Root")))),
        "an attribute more": full(rdn((CN, utf8("Root"))), rdn((O, utf8("x")))),
        "a NUL more": full(rdn((CN, utf8("Root\0")))), "a byte order mark more": full(rdn((CN, utf8("\ufeffRoot")))),
        "not UTF-8": full(rdn((CN, tlv(12, b"Root\xff")))), "half a BMP character": full(rdn((CN, tlv(30, b"\0R\0")))),
        "OCTET STRING": full(rdn((CN, tlv(4, b"Root")))), "empty": full(), "empty value": full(rdn((CN, utf8("")))),
        "empty part": full(tlv(0x31)), "attribute without a value": full(tlv(0x31, tlv(0x30, oid(CN)))),
    }.items():
        case(f"name: {label}", *issued(other, plain))
    case("name: empty, both", *issued(full(), full()))
    two = full(rdn((C, printable("DE"))), rdn((CN, utf8("Root"))))
    case("name: two parts", *issued(two, two))
    case("name: order of the parts", *issued(full(rdn((CN, utf8("Root"))), rdn((C, printable("DE")))), two))
    multi = full(rdn((O, utf8("Org")), (CN, utf8("Root"))))
    turned = full(rdn((CN, utf8("Root")), (O, utf8("Org"))))
    sorted_otherwise = full(rdn((CN, bmp("Root")), (O, tlv(30, "Organ".encode("utf-16-be")))))
    case("name: part of two attributes", *issued(multi, multi))
    case("name: part of two attributes, not sorted", *issued(turned, turned))
    case("name: part of two attributes that sort otherwise", *issued(sorted_otherwise, full(rdn((O, utf8("Organ")), (CN, utf8("Root"))))))
    case("name: part split in two", *issued(full(rdn((CN, utf8("Root"))), rdn((O, utf8("Org")))), multi))
    twice = full(rdn((CN, utf8("Root")), (CN, utf8("Root2"))))
    case("name: attribute twice in a part", *issued(twice, twice))
    umlaut = full(rdn((CN, utf8("Wurzel für Abbilder ü \U0001f600"))))
    case("name: not ASCII", *issued(umlaut, full(rdn((CN, bmp("Wurzel für Abbilder ü \U0001f600"))))))
    case("name: composed and decomposed", *issued(full(rdn((CN, utf8("u\u0308")))), full(rdn((CN, utf8("\u00fc"))))))
    long_country = full(rdn((C, printable("Germany"))))
    case("name: country of seven letters", *issued(long_country, long_country))


def encodings():
    good = raw()
    case("by hand", good, raw_root())
    case("trailing byte after the certificate", raw(trailer=b"\0"), raw_root())
    case("trailing element in the certificate", raw(inside=tlv(5)), raw_root())
    case("certificate cut off", good[:-1], raw_root())
    case("inner and outer algorithm differ", raw(outer=RSA_SHA256), raw_root())
    case("NULL as the parameters of the outer algorithm only", raw(outer=tlv(0x30, oid("1.2.840.10045.4.3.2"), tlv(5))), raw_root())
    case("NULL as the parameters of both", raw(inner=tlv(0x30, oid("1.2.840.10045.4.3.2"), tlv(5))), raw_root())
    case("version 1", raw(version=b""), raw_root())
    case("version 1, written out", raw(version=tlv(0xA0, tlv(2, b"\0"))), raw_root())
    case("version 2", raw(version=tlv(0xA0, tlv(2, b"\1"))), raw_root())
    case("version 4", raw(version=tlv(0xA0, tlv(2, b"\3"))), raw_root())
    case("version 1 with extensions", leaf(), raw_root(version=b""))
    case("unique ids", raw(ids=tlv(0x81, b"\0\1") + tlv(0x82, b"\0\1")), raw_root())
    case("serial number negative", raw(serial=tlv(2, b"\xff")), raw_root())
    case("serial number zero", raw(serial=tlv(2, b"\0")), raw_root())
    case("serial number not minimal", raw(serial=tlv(2, b"\0\1")), raw_root())
    case("serial number of 40 bytes", raw(serial=tlv(2, b"\1" * 40)), raw_root())
    case("extensions empty", raw(extensions=[]), raw_root())
    constraints = lambda value: raw_root(extensions=[extension(BASIC, value, TRUE), USAGE_CA])
    case("extension twice", good, raw_root(extensions=[BASIC_CA, USAGE_CA, USAGE_CA]))
    case("extension twice in the leaf", raw(extensions=[USAGE_CA, USAGE_CA]), raw_root())
    case("critical FALSE written out", good, raw_root(extensions=[extension(BASIC, tlv(0x30, TRUE), FALSE), USAGE_CA]))
    case("critical written as 1", good, raw_root(extensions=[extension(BASIC, tlv(0x30, TRUE, tlv(2, b"\1")), tlv(1, b"\1")), USAGE_CA]))
    case("not critical", good, raw_root(extensions=[extension(BASIC, tlv(0x30, TRUE, tlv(2, b"\1"))), USAGE_CA]))
    case("CA written as 1", good, constraints(tlv(0x30, tlv(1, b"\1"), tlv(2, b"\1"))))
    case("CA:FALSE written out", good, constraints(tlv(0x30, FALSE)))
    case("basicConstraints with a tail", good, constraints(tlv(0x30, TRUE, tlv(2, b"\1"), tlv(5))))
    case("basicConstraints with a tail outside", good, constraints(tlv(0x30, TRUE, tlv(2, b"\1")) + tlv(5)))
    case("path length negative", good, constraints(tlv(0x30, TRUE, tlv(2, b"\xff"))))
    case("path length not minimal", good, constraints(tlv(0x30, TRUE, tlv(2, b"\0\1"))))
    case("path length without CA", good, constraints(tlv(0x30, tlv(2, b"\1"))))
    keys = lambda value: raw_root(extensions=[BASIC_CA, extension(USAGE, value, TRUE)])
    case("keyUsage with zeros at its end", good, keys(tlv(3, b"\0\4")))
    case("keyUsage of nine bits", good, keys(tlv(3, b"\7\4\x80")))
    case("keyUsage empty", good, keys(tlv(3, b"\0")))
    case("keyUsage with bits in its filling", good, keys(tlv(3, b"\3\4")))
    case("keyUsage that is no bit string", good, keys(tlv(4, b"\2\4")))
    case("keyUsage with other bits too", good, keys(tlv(3, b"\1\x86")))
    long_form = lambda der: b"\x30\x83\0" + der[2:4] + der[4:]
    case("length not minimal", long_form(good), raw_root())
    case("length indefinite", b"\x30\x80" + good[4:] + b"\0\0", raw_root())
    compressed = lambda key: tlv(0x30, tlv(0x30, oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")), tlv(3, b"\0", key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)))
    case("compressed point", good, raw_root(info=compressed(KEYS[0])))
    off_curve = bytearray(spki(KEYS[0]))
    off_curve[-1] ^= 1
    case("point that is not on the curve", good, raw_root(info=bytes(off_curve)))
    case("even exponent of RSA", good, raw_root(info=tlv(0x30, tlv(0x30, oid("1.2.840.113549.1.1.1"), tlv(5)), tlv(3, b"\0", tlv(
        0x30, tlv(2, b"\0" + b"\xff" * 128), tlv(2, b"\2"))))))
    case("malformed certificate in the list, not needed", good, b"\x30\0", raw_root())


def texts():
    good = next(text for text in iter(lambda: pem_of(raw()), None) if "=" in text)
    trusted = pem_of(raw_root())
    for label, text in {
        "text around it": f"Subject: CN=leaf\n{good}and more\n", "DOS line ends": good.replace("\n", "\r\n"),
        "one line": good.replace("\n", "").replace("-----MII", "-----\nMII").replace("-----END", "\n-----END"),
        "two certificates": good + trusted, "another one first": pem_of(raw(issuer="nobody")) + good, "no PEM": "MIIB", "empty": "",
        "another label": good.replace("CERTIFICATE", "X509 CERTIFICATE"), "a key": good.replace("CERTIFICATE", "PUBLIC KEY"),
        "not base64": good.replace("M", "!", 1), "padding missing": good.replace("=", ""), "no end": good[:-30],
        "a key before it": pem_of(b"x").replace("CERTIFICATE", "PRIVATE KEY") + good,
        "labels that differ": good.replace("END CERTIFICATE", "END X509 CERTIFICATE"),
        "blanks in the lines": good.replace("\nM", "\n M"), "padding in the middle": good.replace("\nMII", "\nMII=", 1),
    }.items():
        case(f"PEM: {label}", text, trusted)


for part in (links, lengths, authorities, dates, algorithms, names, encodings, texts):
    part()
json.dump(CASES, sys.stdout)
