#!/usr/bin/env python3
"""mes_verify: checks an export of the national health space, offline, trusting nothing but a policy file.

A second program beside mes-verify.mjs, written apart from it, with nothing but the standard library of Python 3.11: same options, same exit codes,
same report, byte for byte. Where the two disagree about a package, one of them is wrong: say so to both sides.

    python3 mes_verify.py <folder> --policy <file> [--since <file>] [--sample <k> --seed <text>] [--json]
    python3 mes_verify.py --proof <receipt.tlog-proof> --event <event.json> --policy <file> [--archive <file.tar>] [--json]
    python3 mes_verify.py sample --size <n> --root <root> -k <k> --seed <text> [--json]
    python3 mes_verify.py --selftest

Exit code: 0 everything holds (tout concorde), 1 something does not (quelque chose ne concorde pas), 2 nothing could be checked.

WHAT A GOOD RESULT DOES NOT PROVE: that facts are true; that what is shown opened without a key is what was written (ask for a sample); that no other
history was shown to others, unless the policy asks for witnesses or you give --since; that nothing is missing at the edges of a period or in an export
about one professional; that request, statistics and FHIR view were approved (they agree with the events, nobody signed them).

It holds the lines of the package in memory; mes-verify.mjs does not, and is the one for large exports.
"""

import base64
import functools
import hashlib
import json
import os
import re
import stat
import sys

SAFE = 2**53 - 1
LONGEST_LINE = 1 << 20
LARGEST_JSON = 16 << 20
LARGEST_NOTE = 1 << 20
MOST_SIGNATURES = 128
MOST_FINDINGS = 10_000
DEEPEST = 64
CLOCKS_MS = 2_000
SMALL_CELL = 11
MISSING = object()

CHECKPOINT = "data/preuves/checkpoint"
EARLIER = "data/preuves/checkpoint-precedent"
CONSISTENCY = "data/preuves/coherence.txt"
LEAVES = "data/preuves/feuilles.bin"
INCLUSION = "data/preuves/inclusion.ndjson"
MAP_NOTE = "data/preuves/tetes.note"
MAP_PROOFS = "data/preuves/tetes-preuves.ndjson"
HEADS = "data/tetes-de-flux.ndjson"
REQUEST = "data/demande.json"
STATS = "data/stats.json"

PUBLIC = {
    "MatrixVersionPublished": "matrix",
    "ReferencingDecided": "service",
    "CampaignDayCounted": "campaign",
    "SpaceDestroyed": "audit",
    "SealHeadPublished": "audit",
}


class Unusable(Exception):
    """Nothing can be checked: exit code 2."""

    def __init__(self, what, sentence):
        super().__init__(sentence)
        self.what = what


# --------------------------------------------------------------------------------------------------------------------- Ed25519 (RFC 8032)

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(number, point):
    total = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = point_add(total, point)
        point = point_add(point, point)
        number >>= 1
    return total


def point_decode(text):
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def point_encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)
def ed25519_holds(key, message, signature):
    """Without cofactor: the encoding of S·B - k·A must be the first half of the signature."""
    point = point_decode(key)
    scalar = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or scalar >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    x, y, z, t = point
    negative = (P - x, y, z, P - t)
    return point_encode(point_add(point_times(scalar, BASE), point_times(k, negative))) == signature[:32]


# --------------------------------------------------------------------------------------------------------------------- AES-256-GCM


def aes_tables():
    box, value, inverse = [0] * 256, 1, 1
    while True:
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
        inverse ^= inverse << 1
        inverse ^= inverse << 2
        inverse ^= inverse << 4
        inverse &= 0xFF
        if inverse & 0x80:
            inverse ^= 0x09
        turned = inverse
        for shift in range(1, 5):
            turned ^= (inverse << shift | inverse >> (8 - shift)) & 0xFF
        box[value] = turned ^ 0x63
        if value == 1:
            break
    box[0] = 0x63
    double = [(b << 1) ^ (0x11B if b & 0x80 else 0) for b in range(256)]
    first = [double[s] << 24 | s << 16 | s << 8 | (double[s] ^ s) for s in box]
    turn = [first]
    for _ in range(3):
        turn.append([(word >> 8) | (word & 0xFF) << 24 for word in turn[-1]])
    return box, turn


BOX, TURN = aes_tables()


def word_through_box(word):
    return BOX[word >> 24] << 24 | BOX[word >> 16 & 255] << 16 | BOX[word >> 8 & 255] << 8 | BOX[word & 255]


def aes_keys(key):
    words = [int.from_bytes(key[at : at + 4], "big") for at in range(0, 32, 4)]
    constant = 1
    for place in range(8, 60):
        word = words[-1]
        if place % 8 == 0:
            word = word_through_box((word << 8 | word >> 24) & 0xFFFFFFFF) ^ constant << 24
            constant <<= 1
        elif place % 8 == 4:
            word = word_through_box(word)
        words.append(words[-8] ^ word)
    return words


def aes_block(keys, block):
    state = [int.from_bytes(block[at : at + 4], "big") ^ keys[at // 4] for at in range(0, 16, 4)]
    t0, t1, t2, t3 = TURN
    for step in range(4, 56, 4):
        a, b, c, d = state
        state = [
            t0[a >> 24] ^ t1[b >> 16 & 255] ^ t2[c >> 8 & 255] ^ t3[d & 255] ^ keys[step],
            t0[b >> 24] ^ t1[c >> 16 & 255] ^ t2[d >> 8 & 255] ^ t3[a & 255] ^ keys[step + 1],
            t0[c >> 24] ^ t1[d >> 16 & 255] ^ t2[a >> 8 & 255] ^ t3[b & 255] ^ keys[step + 2],
            t0[d >> 24] ^ t1[a >> 16 & 255] ^ t2[b >> 8 & 255] ^ t3[c & 255] ^ keys[step + 3],
        ]
    out = b""
    for place in range(4):
        a, b, c, d = (state[(place + turn) % 4] for turn in range(4))
        word = BOX[a >> 24] << 24 | BOX[b >> 16 & 255] << 16 | BOX[c >> 8 & 255] << 8 | BOX[d & 255]
        out += (word ^ keys[56 + place]).to_bytes(4, "big")
    return out


def ghash(h, data):
    total = 0
    for at in range(0, len(data), 16):
        x = total ^ int.from_bytes(data[at : at + 16], "big")
        total, v = 0, h
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                total ^= v
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
    return total


def padded(data):
    return data + bytes(-len(data) % 16)


@functools.lru_cache(maxsize=65536)
def gcm_open(key, nonce, text, tag, extra):
    """What was encrypted; None when the tag does not hold."""
    keys = aes_keys(key)
    h = int.from_bytes(aes_block(keys, bytes(16)), "big")
    lengths = (len(extra) * 8).to_bytes(8, "big") + (len(text) * 8).to_bytes(8, "big")
    mask = int.from_bytes(aes_block(keys, nonce + b"\0\0\0\1"), "big")
    if (ghash(h, padded(extra) + padded(text) + lengths) ^ mask).to_bytes(16, "big") != tag:
        return None
    stream = b"".join(aes_block(keys, nonce + (2 + n).to_bytes(4, "big")) for n in range((len(text) + 15) // 16))
    return bytes(a ^ b for a, b in zip(text, stream))


# --------------------------------------------------------------------------------------------------------------------- bytes and JSON


def sha256(data):
    return hashlib.sha256(data).digest()


def from_base64(text, url=False):
    """The bytes of the one canonical form; None for any other text."""
    if type(text) is not str or not text.isascii():
        return None
    try:
        if url:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            back = base64.urlsafe_b64encode(data).decode().rstrip("=")
        else:
            data = base64.b64decode(text)
            back = base64.b64encode(data).decode()
    except ValueError:
        return None
    return data if back == text else None


def to_base64(data):
    return base64.b64encode(data).decode()


def digest_text(data):
    return base64.urlsafe_b64encode(sha256(data)).decode().rstrip("=")


def hash_of(text):
    data = from_base64(text)
    return data if data is not None and len(data) == 32 else None


def proof_of(values, most=64):
    if type(values) is not list or len(values) > most:
        return None
    hashes = [hash_of(value) for value in values]
    return None if None in hashes else hashes


def jcs(value, depth=0):
    """RFC 8785 with integers only; ValueError for what has no such form."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if type(value) is str:
        value.encode("utf-8")  # half of a surrogate pair has no UTF-8
        return json.dumps(value, ensure_ascii=False)
    if type(value) is int and abs(value) <= SAFE:
        return str(value)
    if depth >= DEEPEST:
        raise ValueError("nested too deeply")
    if type(value) is list:
        return "[" + ",".join(jcs(item, depth + 1) for item in value) + "]"
    if type(value) is dict:
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{jcs(name)}:{jcs(value[name], depth + 1)}" for name in names) + "}"
    raise ValueError("no such value")


BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', re.S)


def too_deep(text):
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for found in BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
        if depth > DEEPEST:
            return True
    return False


def no_float(text):
    raise ValueError(text)


def parse_jcs(data):
    """What canonical JSON says; MISSING for any other bytes."""
    if data is None:
        return MISSING
    try:
        text = data.decode("utf-8")
        if too_deep(text):
            return MISSING
        value = json.loads(text, parse_float=no_float, parse_constant=no_float)
        return value if jcs(value) == text else MISSING
    except ValueError:
        return MISSING


def is_count(value, least=0):
    return type(value) is int and least <= value <= SAFE


def is_text(value, form):
    return type(value) is str and re.fullmatch(form, value, re.A) is not None


def same(one, other):
    return type(one) is type(other) and one == other


# --------------------------------------------------------------------------------------------------------------------- hash tree (RFC 6962)


def node(left, right):
    return sha256(b"\1" + left + right)


def leaf_of(content):
    return sha256(b"\0" + content.encode("utf-8"))


def event_leaf(header, digest):
    return leaf_of('{"c":"' + digest + '","h":' + header + "}")


def tree_root(leaves):
    if not leaves:
        return sha256(b"")
    row = list(leaves)
    while len(row) > 1:
        odd = [row[-1]] if len(row) % 2 else []
        row = [node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + odd
    return row[0]


def split_of(size):
    """Largest power of two below size, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def climb(leaf, index, size, path):
    """Root of the tree of this size that holds the leaf there; None when the path has another length."""
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    k = split_of(size)
    if index < k:
        below = climb(leaf, index, k, path[:-1])
        return below and node(below, path[-1])
    below = climb(leaf, index - k, size - k, path[:-1])
    return below and node(path[-1], below)


def includes(leaf, index, size, root, path):
    if not is_count(size, 1) or not is_count(index) or index >= size:
        return False
    return all(len(item) == 32 for item in [leaf, root, *path]) and climb(leaf, index, size, path) == root


def both_roots(old, size, path, old_root):
    """Roots of the smaller and the larger tree; old_root is None inside of the right half, where nothing is known."""
    if old == size:
        if old_root is not None:
            return None if path else (old_root, old_root)
        return (path[0], path[0]) if len(path) == 1 else None
    if not path:
        return None
    k = split_of(size)
    if old <= k:
        found = both_roots(old, k, path[:-1], old_root)
        return found and (found[0], node(found[1], path[-1]))
    found = both_roots(old - k, size - k, path[:-1], None)
    return found and (node(path[-1], found[0]), node(path[-1], found[1]))


def extends_tree(old, old_root, size, root, path):
    if not is_count(old, 1) or not is_count(size, 1) or old > size:
        return False
    if old == size:
        return not path and old_root == root
    return all(len(item) == 32 for item in [old_root, root, *path]) and both_roots(old, size, path, old_root) == (old_root, root)


# --------------------------------------------------------------------------------------------------------------------- policy and notes (C2SP)

BLANKS = re.compile("[\\x09-\\x0d \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000+]")


def shown(text):
    return re.sub(r"[^A-Za-z0-9._/()-]+", "?", text)[:200]


def parse_key(vkey):
    found = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", vkey, re.S)
    data = from_base64(found.group(3)) if found else None
    if not data or BLANKS.search(found.group(1)):
        raise Unusable("policy", f"clé illisible / not a key: {shown(vkey)}")
    name, kind = found.group(1), data[0]
    known = kind in (1, 4)
    if known and (len(data) != 33 or sha256(name.encode() + b"\n" + data)[:4].hex() != found.group(2)):
        raise Unusable("policy", f"identifiant de clé faux / wrong key id: {shown(vkey)}")
    return {"name": name, "id": found.group(2), "kind": kind, "key": data[1:] if known else None, "raw": data[1:]}


def parse_policy(data):
    def refuse(sentence):
        raise Unusable("policy", f"politique / policy: {sentence}")

    try:
        text = data.decode("utf-8")
    except ValueError:
        refuse("UTF-8")
    if any((byte < 0x20 and byte not in (9, 10)) or byte == 0x7F for byte in data):
        refuse("caractère interdit / forbidden character")
    logs, witnesses, groups, used, quorum = [], {}, {}, set(), None

    def key_for(vkey, others, wrong):
        key = parse_key(vkey)
        if key["kind"] == wrong or any(other["raw"] == key["raw"] for other in others):
            refuse(f"clé en double ou d’un autre usage / duplicate key or for another use: {shown(vkey)}")
        return key

    def is_new(name):
        if name == "none" or name in witnesses or name in groups:
            refuse(f"nom défini deux fois / defined twice: {shown(name)}")

    def add_group(name, threshold, members):
        is_number = re.fullmatch(r"[1-9][0-9]{0,8}", threshold, re.A)
        least = {"all": len(members), "any": 1}.get(threshold) or (int(threshold) if is_number else 0)
        if not 1 <= least <= len(members):
            refuse(f"seuil faux / wrong threshold: {shown(name)}")
        for member in members:
            if member in used or (member not in witnesses and member not in groups):
                refuse(f"membre inconnu ou déjà employé / member unknown or used: {shown(member)}")
            used.add(member)
        is_new(name)
        groups[name] = (least, members)

    for line in text.split("\n"):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        verb, rest = words[0], words[1:]
        if verb == "log" and len(rest) in (1, 2):
            logs.append(key_for(rest[0], logs, 4))
        elif verb == "witness" and len(rest) in (2, 3):
            key = key_for(rest[1], witnesses.values(), 1)
            is_new(rest[0])
            witnesses[rest[0]] = key
        elif verb == "group" and len(rest) >= 3:
            add_group(rest[0], rest[1], rest[2:])
        elif verb == "quorum" and len(rest) == 1 and quorum is None:
            if rest[0] != "none" and rest[0] not in witnesses and rest[0] not in groups:
                refuse(f"quorum inconnu / unknown: {shown(rest[0])}")
            quorum = rest[0]
        else:
            refuse(f"ligne illisible / line not understood: {shown(line)}")
    if not logs:
        refuse("aucun journal / no log")
    if quorum is None:
        refuse("aucun quorum / no quorum")
    return {"logs": logs, "witnesses": witnesses, "groups": groups, "quorum": quorum}


def meets(policy, name, signed):
    if name == "none" or name in signed:
        return True
    least, members = policy["groups"].get(name, (1, []))
    return sum(meets(policy, member, signed) for member in members) >= least


def parse_note(data):
    try:
        note = data.decode("utf-8") if data is not None else ""
    except ValueError:
        return None
    blank = note.rfind("\n\n")
    if blank < 0 or not note.endswith("\n") or re.search("[\\x00-\\x09\\x0b-\\x1f]", note):
        return None
    lines = note[blank + 2 : -1].split("\n")
    signatures = []
    for line in lines:
        parts = line.split(" ")
        blob = from_base64(parts[2]) if len(parts) == 3 else None
        if blob is None or parts[0] != "—" or parts[1] == "" or BLANKS.search(parts[1]) or len(blob) < 5:
            return None
        signatures.append((parts[1], blob[:4].hex(), blob[4:]))
    return None if len(lines) > MOST_SIGNATURES else (note[: blank + 1], signatures)


def parse_checkpoint(text):
    lines = text.split("\n")
    if len(lines) < 4 or lines[0] == "" or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1], re.A):
        return None
    root = hash_of(lines[2])
    return None if root is None or int(lines[1]) > SAFE else {"origin": lines[0], "size": int(lines[1]), "root": root}


NOTHING = {"checkpoint": None, "trusted": False, "quorum": False, "witnesses": []}


def open_checkpoint(data, policy):
    note = parse_note(data)
    checkpoint = parse_checkpoint(note[0]) if note else None
    if checkpoint is None:
        return NOTHING
    text, signatures = note
    message = text.encode("utf-8")
    verdicts, signed, cosigned = [], False, {}
    for name, key_id, blob in signatures:
        for log in policy["logs"]:
            if log["key"] is not None and (log["name"], log["id"]) == (name, key_id):
                holds = len(blob) == 64 and ed25519_holds(log["key"], message, blob)
                verdicts.append(holds)
                signed = signed or (holds and name == checkpoint["origin"])
        for alias, witness in policy["witnesses"].items():
            if witness["key"] is not None and (witness["name"], witness["id"]) == (name, key_id):
                time = int.from_bytes(blob[:8], "big")
                stamped = b"cosignature/v1\ntime " + str(time).encode() + b"\n" + message
                holds = len(blob) == 72 and time < 2**63 and ed25519_holds(witness["key"], stamped, blob[8:])
                verdicts.append(holds)
                if holds:
                    cosigned[alias] = str(time)
    witnesses = [{"name": alias, "time": cosigned[alias]} for alias in sorted(cosigned)]
    good = all(verdicts)
    return {
        "checkpoint": checkpoint,
        "trusted": good and signed,
        "quorum": good and meets(policy, policy["quorum"], cosigned),
        "witnesses": witnesses,
    }


# --------------------------------------------------------------------------------------------------------------------- events

TYPE = "[A-Z][A-Za-z0-9]*"
STREAM = "[a-z]+-[0-9A-Za-z._-]+"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"


def is_header(h):
    return (
        type(h) is dict
        and is_text(h.get("at"), INSTANT)
        and h.get("by") in ("person", "professional", "service", "staff", "system")
        and is_text(h.get("id"), UUID)
        and is_text(h.get("key"), UUID)
        and is_count(h.get("rev"))
        and is_text(h.get("stream"), STREAM)
        and is_count(h.get("tv"), 1)
        and is_text(h.get("type"), TYPE)
        and same(h.get("v"), 1)
    )


def is_event_line(line):
    members = set(line)
    if not is_count(line.get("index")) or not members <= {"c", "closed", "d", "h", "index", "leaf", "m", "t", "tv"}:
        return False
    if "closed" in members and line["closed"] not in ("destroyed", "archived", "purged"):
        return False
    shows = members & {"t", "tv", "m", "d"}
    if shows and not {"t", "tv"} <= shows:
        return False
    if "h" not in members:
        return members == {"index", "leaf", "closed"} and line["closed"] == "purged" and hash_of(line["leaf"]) is not None
    digest = from_base64(line.get("c"), url=True)
    if "leaf" in members or not is_header(line["h"]) or digest is None or len(digest) != 32:
        return False
    if not shows:
        return True
    return is_text(line["t"], TYPE) and is_count(line["tv"], 1) and all(type(line.get(name, {})) is dict for name in "md")


def category(stream):
    return stream.split("-", 1)[0]


def announces(h, kind, version):
    group = category(h["stream"])
    veil = group[:1].upper() + group[1:] + "Fact"
    return (h["type"], h["tv"]) in ((kind, version), (veil, 1))


def plaintext(data):
    plain = parse_jcs(data)
    good = (
        type(plain) is dict
        and sorted(plain) == ["d", "m", "t", "tv"]
        and is_text(plain["t"], TYPE)
        and is_count(plain["tv"], 1)
        and type(plain["m"]) is dict
        and type(plain["d"]) is dict
    )
    return plain if good else "event/canonical"


def open_body(body, ke, header):
    """The plaintext, or the code of what is wrong."""
    if body[:1] == b"\0":
        return plaintext(body[1:]) if ke is None else "key/opens"
    if body[:1] != b"\1" or ke is None or len(ke) != 32 or len(body) < 189 or (len(body) - 189) % 128:
        return "key/opens"
    opened = gcm_open(ke, body[1:13], body[13:-16], body[-16:], header.encode("utf-8"))
    if opened is None:
        return "key/opens"
    if opened[:32] != bytes(32):
        return "key/commitment"
    return plaintext(opened[32:].rstrip(b" "))


def millis(instant):
    year, month, day, hour, minute, second, milli = map(int, re.findall("[0-9]+", instant))
    year -= month <= 2
    era, of_era = divmod(year, 400)
    days = era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli


# --------------------------------------------------------------------------------------------------------------------- the package


class Package:
    """A folder, and what was found in it."""

    def __init__(self, folder, policy):
        self.folder, self.policy = folder, policy
        self.sizes, self.findings, self.by_code, self.total = {}, [], {}, 0
        self.counts = dict.fromkeys(("bytes", "closed", "events", "files", "keys", "leaves", "opened", "proofs", "streams"), 0)

    def find(self, code, file, **place):
        self.total += 1
        self.by_code[code] = self.by_code.get(code, 0) + 1
        if len(self.findings) < MOST_FINDINGS:
            for name in ("stream", "cell"):
                if name in place:
                    place[name] = shown(place[name])
            self.findings.append({"code": code, "file": shown(file), **place})

    def path(self, file):
        return os.path.join(self.folder, file)

    def content(self, file, most):
        if file not in self.sizes or self.sizes[file] > most:
            return None
        with open(self.path(file), "rb") as source:
            return source.read()

    def lines(self, file):
        """Pairs of number and bytes; bytes are None for a line that is too long, or that no LF ends."""
        if file not in self.sizes:
            return
        with open(self.path(file), "rb") as source:
            number = 0
            while piece := source.readline(LONGEST_LINE + 1):
                number += 1
                if piece.endswith(b"\n"):
                    yield number, piece[:-1]
                    continue
                while piece and not piece.endswith(b"\n"):
                    piece = source.readline(LONGEST_LINE)
                yield number, None

    def objects(self, file, is_line):
        """Pairs of number and object; lines that are no such object are found."""
        for number, data in self.lines(file):
            value = parse_jcs(data)
            if type(value) is dict and is_line(value):
                yield number, value
            else:
                self.find("event/canonical", file, line=number)

    def object(self, file, code):
        data = self.content(file, LARGEST_JSON)
        value = parse_jcs(data[:-1]) if data is not None and data.endswith(b"\n") else MISSING
        if type(value) is dict:
            return value
        self.find("event/canonical" if file in self.sizes else code, file)
        return None

    def within(self, folder):
        return sorted(file for file in self.sizes if file.startswith(folder + "/"))


def walk(pack, folder=""):
    for name in os.listdir(pack.path(folder) if folder else pack.folder):
        file = f"{folder}/{name}" if folder else name
        try:
            name.encode("utf-8")
            entry = os.lstat(pack.path(file))
        except (ValueError, FileNotFoundError):
            pack.find("bag/unlisted", file)
            continue
        if stat.S_ISDIR(entry.st_mode):
            walk(pack, file)
        elif stat.S_ISREG(entry.st_mode):
            pack.sizes[file] = entry.st_size
        else:
            pack.find("bag/unlisted", file)


def sha512_of(path):
    digest = hashlib.sha512()
    with open(path, "rb") as source:
        while piece := source.read(1 << 18):
            digest.update(piece)
    return digest.hexdigest()


def is_safe_path(file):
    return all(re.fullmatch("[A-Za-z0-9._-]+", part, re.A) and part not in (".", "..") for part in file.split("/"))


def check_manifest(pack, manifest, covers):
    listed = set()
    if manifest not in pack.sizes:
        pack.find("bag/manifest", manifest)
    for number, data in pack.lines(manifest):
        found = re.fullmatch(r"([0-9a-f]{128})  (.+)", (data or b"").decode("latin-1"), re.A | re.S)
        file = found.group(2) if found else ""
        if not found or not is_safe_path(file) or not covers(file) or file in listed:
            pack.find("bag/manifest", manifest, line=number)
            continue
        listed.add(file)
        if file not in pack.sizes or sha512_of(pack.path(file)) != found.group(1):
            pack.find("bag/manifest", file)
    for file in pack.sizes:
        if covers(file) and file not in listed:
            pack.find("bag/unlisted", file)


def bag_info(pack):
    text = (pack.content("bag-info.txt", LARGEST_NOTE) or b"").decode("latin-1")
    return dict(found.groups() for line in text.split("\n") if (found := re.fullmatch(r"([A-Za-z-]+): ([^\r]*)", line, re.A)))


def check_bag(pack):
    walk(pack)
    if pack.content("bagit.txt", 1024) != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        pack.find("bag/manifest", "bagit.txt")
    check_manifest(pack, "manifest-sha512.txt", lambda file: file.startswith("data/"))
    check_manifest(pack, "tagmanifest-sha512.txt", lambda file: not file.startswith("data/") and file != "tagmanifest-sha512.txt")
    payload = [size for file, size in pack.sizes.items() if file.startswith("data/")]
    pack.counts.update(files=len(payload), bytes=sum(payload))
    if bag_info(pack).get("Payload-Oxum") != f"{sum(payload)}.{len(payload)}":
        pack.find("bag/oxum", "bag-info.txt")


def numbered(pack, folder, stem):
    files = []
    for file in pack.within(folder):
        if re.fullmatch(rf"{folder}/{stem}-[0-9]{{6}}\.ndjson", file, re.A):
            files.append(file)
        else:
            pack.find("bag/unlisted", file)
    for place, file in enumerate(files, 1):
        if int(file[-13:-7]) != place:
            pack.find("event/order", file)
    return files


def check_head(pack):
    opened = open_checkpoint(pack.content(CHECKPOINT, LARGEST_NOTE), pack.policy)
    pack.checkpoint, pack.witnesses = opened["checkpoint"], opened["witnesses"]
    if not opened["trusted"]:
        pack.find("note/signature", CHECKPOINT)
    elif not opened["quorum"]:
        pack.find("note/quorum", CHECKPOINT)


def check_leaves(pack):
    pack.leaves = None
    if LEAVES not in pack.sizes:
        if INCLUSION not in pack.sizes:
            pack.find("tree/inclusion", INCLUSION)
        return
    with open(pack.path(LEAVES), "rb") as source:
        data = source.read()
    pack.leaves = [data[at : at + 32] for at in range(0, len(data) - 31, 32)]
    pack.counts["leaves"] = len(pack.leaves)
    head = pack.checkpoint
    if head is not None and (len(data) != head["size"] * 32 or tree_root(pack.leaves) != head["root"]):
        pack.find("tree/root", LEAVES)


def proof_lines(data):
    if data is None or (data and not data.endswith(b"\n")):
        return None
    return proof_of(data.decode("latin-1").split("\n")[:-1])


def check_earlier(pack):
    """The earlier checkpoint in the package, if the proof from it holds."""
    if EARLIER not in pack.sizes and CONSISTENCY not in pack.sizes:
        return None
    opened = open_checkpoint(pack.content(EARLIER, LARGEST_NOTE), pack.policy)
    if not opened["trusted"]:
        pack.find("note/signature", EARLIER)
    earlier, head = opened["checkpoint"], pack.checkpoint
    if earlier is None or head is None:
        return None
    proof = proof_lines(pack.content(CONSISTENCY, LARGEST_NOTE))
    if proof is None or earlier["origin"] != head["origin"] or not extends_tree(earlier["size"], earlier["root"], head["size"], head["root"], proof):
        pack.find("tree/consistency", CONSISTENCY)
        return None
    return earlier


def check_since(pack, since, earlier):
    if since is None:
        return
    if not since["trusted"]:
        pack.find("note/signature", "(since)")
    old, head = since["checkpoint"], pack.checkpoint
    if head is None:
        return
    if pack.leaves is not None and len(pack.leaves) >= old["size"]:
        follows = tree_root(pack.leaves[: old["size"]]) == old["root"]
    else:
        follows = any(one is not None and (one["size"], one["root"]) == (old["size"], old["root"]) for one in (earlier, head))
    if not follows or old["origin"] != head["origin"]:
        pack.find("tree/consistency", "(since)")


def read_request(pack):
    request = pack.object(REQUEST, "request/count")
    pack.request = request or {}
    if request is None:
        return
    if request.get("mode") not in ("pseudonymised", "authority", "nominative"):
        pack.find("request/count", REQUEST, cell="mode")
    scope = request.get("scope")
    if type(scope) is not dict or scope.get("kind") not in ("space", "professional", "period", "events", "all"):
        pack.find("request/count", REQUEST, cell="scope")
    period = request.get("period", MISSING)
    if period is not None and not (type(period) is dict and is_text(period.get("from"), INSTANT) and is_text(period.get("until"), INSTANT)):
        pack.find("request/count", REQUEST, cell="period")
        pack.request = {**request, "period": None}
    if request.get("truncated") is not False:
        pack.find("request/count", REQUEST, cell="truncated")
    log, head = request.get("log"), pack.checkpoint
    if head is not None:
        wanted = {"origin": head["origin"], "size": head["size"], "root": to_base64(head["root"])}
        if type(log) is not dict or not all(same(log.get(name), value) for name, value in wanted.items()):
            pack.find("request/count", REQUEST, cell="log")
    info = bag_info(pack)
    pairs = (("External-Identifier", "id"), ("X-Mode", "mode"))
    if not all(same(info.get(name, MISSING), request.get(member, MISSING)) for name, member in pairs):
        pack.find("request/count", "bag-info.txt")


def scope_kind(pack):
    scope = pack.request.get("scope")
    return scope.get("kind") if type(scope) is dict else None


def period_of(pack):
    return pack.request.get("period", MISSING)


def is_whole(pack):
    return period_of(pack) is None and scope_kind(pack) in ("space", "all")


def in_log(pack, leaf, index, proof):
    if pack.leaves is not None:
        return index < len(pack.leaves) and pack.leaves[index] == leaf
    head = pack.checkpoint
    return head is not None and proof is not None and includes(leaf, index, head["size"], head["root"], proof)


def read_map(pack):
    """The fact that holds the root of the map of stream heads."""
    if MAP_NOTE not in pack.sizes:
        if MAP_PROOFS in pack.sizes:
            pack.find("heads/root", MAP_NOTE)
        return None
    note = pack.object(MAP_NOTE, "heads/root")
    if note is None:
        return None
    index, h, body = note.get("index"), note.get("h"), from_base64(note.get("body"), url=True)
    if is_count(index) and is_header(h) and body and body[0] == 0:
        plain = plaintext(body[1:])
        if type(plain) is dict and plain["t"] == "SealHeadPublished" and announces(h, plain["t"], plain["tv"]):
            size, root, heads = plain["d"].get("size"), hash_of(plain["d"].get("root")), hash_of(plain["d"].get("heads"))
            leaves = pack.leaves
            if None not in (root, heads) and is_count(size) and size <= index:
                began = leaves is None or not 0 < size <= len(leaves) or tree_root(leaves[:size]) == root
                if began and in_log(pack, event_leaf(jcs(h), digest_text(body)), index, proof_of(note.get("proof"))):
                    return {"size": size, "heads": heads}
    pack.find("heads/root", MAP_NOTE)
    return None


def key_bits(key):
    return "".join(f"{byte:08b}" for byte in key)


def record_node(key, rev, count, leaf):
    return sha256(b"\0" + key + rev.to_bytes(8, "big") + count.to_bytes(8, "big") + leaf)


def record_of(other):
    if type(other) is not dict or not is_count(other.get("rev")) or not is_count(other.get("count")):
        return None
    key, leaf = hash_of(other.get("key")), hash_of(other.get("leaf"))
    return None if None in (key, leaf) else (key, other["rev"], other["count"], leaf)


def is_map_line(line):
    other = line.get("other")
    if proof_of(line.get("proof"), 256) is None:
        return False
    if line.get("rev", MISSING) is None:
        return same(line.get("count"), 0) and line.get("leaf", MISSING) is None and (other is None or record_of(other) is not None)
    return is_count(line.get("rev")) and is_count(line.get("count"), 1) and hash_of(line.get("leaf")) is not None and other is None


def holds_in_map(line, heads):
    """True when the map with this root has this record, or none for the stream, as the line says."""
    key = sha256(line["stream"].encode("utf-8"))
    siblings = proof_of(line["proof"], 256)
    if line["rev"] is not None:
        end = record_node(key, line["rev"], line["count"], hash_of(line["leaf"]))
    elif line.get("other") is None:
        end = bytes(32)
    else:
        record = record_of(line["other"])
        if record[0] == key or key_bits(record[0])[: len(siblings)] != key_bits(key)[: len(siblings)]:
            return False
        end = record_node(*record)
    for bit, sibling in zip(reversed(key_bits(key)[: len(siblings)]), siblings):
        end = node(end, sibling) if bit == "0" else node(sibling, end)
    return end == heads


# ---- the lines of events


def read_events(pack, files):
    """Every line that is one, in the order of the files: place, line, header text, leaf. `ordered` marks those that ascend by index."""
    events, last = [], -1
    for file in files:
        for number, data in pack.lines(file):
            pack.counts["events"] += 1
            line = parse_jcs(data)
            if type(line) is not dict or not is_event_line(line):
                pack.find("event/canonical", file, line=number)
                continue
            h, index = line.get("h"), line["index"]
            header = jcs(h) if h else ""
            place = {"line": number, "index": index}
            who = {**place, "stream": h["stream"], "rev": h["rev"]} if h else place
            leaf = event_leaf(header, line["c"]) if h else hash_of(line["leaf"])
            event = {"file": file, "place": place, "who": who, "line": line, "h": h, "header": header, "leaf": leaf, "index": index}
            event["ordered"] = index > last
            if not event["ordered"]:
                pack.find("event/duplicate" if index == last else "event/order", file, **who)
            event["before"] = last
            last = max(last, index)
            events.append(event)
    return events


def check_events(pack, events):
    leaves = pack.leaves
    whole_log = period_of(pack) is None and scope_kind(pack) == "all"
    period = period_of(pack)
    last = -1
    for event in events:
        index, file = event["index"], event["file"]
        if leaves is not None and not (index < len(leaves) and leaves[index] == event["leaf"]):
            pack.find("event/leaf", file, **event["who"])
        if not event["ordered"]:
            continue
        if whole_log and index != event["before"] + 1:
            pack.find("event/order", file, line=event["place"]["line"], index=event["before"] + 1)
        last = index
        if event["h"] and type(period) is dict and not period["from"] <= event["h"]["at"] < period["until"]:
            pack.find("request/count", file, **event["who"])
    if whole_log and pack.checkpoint is not None and last + 1 < pack.checkpoint["size"]:
        pack.find("event/order", "data/evenements", index=last + 1)


def ascending(pack, files, is_line, count):
    """Lines by index: keys, proofs. What does not ascend is found and left out."""
    found, last = {}, -1
    for file in files:
        for number, data in pack.lines(file):
            pack.counts[count] += 1
            value = parse_jcs(data)
            if type(value) is not dict or not is_count(value.get("index")) or not is_line(value):
                pack.find("event/canonical", file, line=number)
            elif value["index"] <= last:
                pack.find("event/duplicate" if value["index"] == last else "event/order", file, line=number, index=value["index"])
            else:
                last = value["index"]
                found[last] = (file, number, value)
    return found


def without_event(pack, lines, events, code):
    known = {event["index"] for event in events if event["ordered"]}
    for index, (file, number, _) in lines.items():
        if index not in known:
            pack.find(code, file, line=number, index=index)


def check_inclusion(pack, events):
    if INCLUSION not in pack.sizes:
        return
    proofs = ascending(pack, [INCLUSION], lambda line: proof_of(line.get("proof")) is not None, "proofs")
    without_event(pack, proofs, events, "tree/inclusion")
    head = pack.checkpoint
    for event in events:
        if head is None or not event["ordered"]:
            continue
        proof = proof_of(proofs[event["index"]][2]["proof"]) if event["index"] in proofs else None
        if proof is None or not includes(event["leaf"], event["index"], head["size"], head["root"], proof):
            pack.find("tree/inclusion", event["file"], **event["who"])


def is_key_line(line):
    ke = line.get("ke", MISSING)
    right_key = ke is MISSING or len(from_base64(ke, url=True) or b"") == 32
    return from_base64(line.get("body"), url=True) is not None and right_key


def check_opened(pack, events):
    """Of how many events the certificates in the package say that they were destroyed."""
    certified = 0
    keys = ascending(pack, numbered(pack, "data/cles", "cles"), is_key_line, "keys")
    without_event(pack, keys, events, "key/body")
    for event in (event for event in events if event["ordered"]):
        line, key = event["line"], keys.get(event["index"])
        if "closed" in line:
            if key or "t" in line:
                pack.find("opened/mismatch", event["file"], **event["who"])
            continue
        shown = "t" in line and is_as_announced(event)
        if "t" in line and not shown:
            pack.find("opened/mismatch", event["file"], **event["who"])
        unsealed = check_key(pack, event, *key) if key else None
        facts = [line] if shown and "m" in line and "d" in line else [unsealed] if unsealed else []
        certified += sum(destroyed_under(event, fact) for fact in facts)
    return min(certified, SAFE)


def is_as_announced(event):
    line, h = event["line"], event["h"]
    if not announces(h, line["t"], line["tv"]):
        return False
    if PUBLIC.get(line["t"]) != category(h["stream"]) or "m" not in line or "d" not in line:
        return True
    return digest_text(b"\0" + jcs({name: line[name] for name in ("d", "m", "t", "tv")}).encode("utf-8")) == line["c"]


def check_key(pack, event, file, number, key):
    """The plaintext where it is a public one, and everything about it holds; otherwise None."""
    line, where = event["line"], {**event["who"], "line": number}
    body = from_base64(key["body"], url=True)
    if digest_text(body) != line["c"]:
        return pack.find("key/body", file, **where)
    plain = open_body(body, from_base64(key.get("ke"), url=True), event["header"])
    if type(plain) is str:
        return pack.find(plain, file, **where)
    shows_only = all(jcs(line[name]) == jcs(plain[name]) for name in ("t", "tv", "m", "d") if name in line)
    if not shows_only or not announces(event["h"], plain["t"], plain["tv"]):
        return pack.find("opened/mismatch", event["file"], **event["who"])
    return plain if body[0] == 0 else None


def destroyed_under(event, fact):
    """How many earlier events a public fact, whose bytes were verified, certifies to be destroyed."""
    if fact["t"] != "SpaceDestroyed" or category(event["h"]["stream"]) != PUBLIC["SpaceDestroyed"]:
        return 0
    parts = fact["d"].get("parts")
    for part in parts if type(parts) is list else []:
        digest = from_base64(part.get("digest"), url=True) if type(part) is dict else None
        if digest is None or len(digest) != 32 or not is_count(part.get("events"), 1):
            return 0
    total = sum(part["events"] for part in parts) if type(parts) is list else 0
    return total if total <= event["index"] else 0


def check_purged(pack, events, certified):
    """Lines without bytes, and what certificates account for; more of the former are a finding, and any outside an export of the whole log."""
    whole_log = period_of(pack) is None and scope_kind(pack) == "all"
    lines = [event for event in events if event["ordered"] and event["line"].get("closed") == "purged"]
    too_many = lines[certified if whole_log else 0 :]
    if too_many:
        pack.find("event/purged", too_many[0]["file"], **too_many[0]["place"])
    return {"lines": len(lines), "certified": certified} if whole_log else None


# ---- streams


def by_stream(pack, file, is_line, code):
    found, last = {}, ""
    for number, line in pack.objects(file, lambda line: is_text(line.get("stream"), STREAM) and is_line(line)):
        rev = {} if line["rev"] is None else {"rev": line["rev"]}
        if line["stream"] <= last:
            pack.find(code, file, line=number, stream=line["stream"], **rev)
        else:
            last = line["stream"]
            found[last] = {**line, "at": number}
    return found


SPACE_CATEGORIES = ("access", "agenda", "mailbox", "notices", "pairing", "passage", "record", "space")


def check_streams(pack, events, sealed):
    if HEADS not in pack.sizes:
        pack.find("stream/head", HEADS)
    heads = by_stream(pack, HEADS, lambda line: is_count(line.get("rev")) and is_count(line.get("count")), "stream/head")
    proofs = by_stream(pack, MAP_PROOFS, is_map_line, "heads/proof")
    pack.counts["streams"] = len(heads)
    for stream, proof in proofs.items():
        check_map_proof(pack, sealed, stream, proof, heads.get(stream))
    seen = {}
    for event in events:
        if event["ordered"] and event["h"]:
            if event["h"]["stream"] in heads:
                seen.setdefault(event["h"]["stream"], []).append(event)
            else:
                pack.find("stream/head", event["file"], **event["who"])
    for stream, head in heads.items():
        check_stream(pack, stream, head, seen.get(stream, []), proofs.get(stream), sealed)
    space = space_of(pack, heads) if sealed is not None else ""
    for group in SPACE_CATEGORIES:
        if space and f"{group}-{space}" not in proofs:
            pack.find("heads/proof", MAP_PROOFS, stream=f"{group}-{space}")


def space_of(pack, heads):
    """The id of the one space whose streams must all be proven, to be there or not; empty where no such thing is asked."""
    if not is_whole(pack) or scope_kind(pack) != "space":
        return ""
    named = pack.request["scope"].get("space")
    if pack.request.get("mode") != "pseudonymised" and is_text(named, "[0-9A-Za-z._-]+"):
        return named
    return next((stream.split("-", 1)[1] for stream in heads if category(stream) in SPACE_CATEGORIES), "")


def check_map_proof(pack, sealed, stream, proof, head):
    present = proof["rev"] is not None
    place = {"line": proof["at"], "stream": stream, **({"rev": proof["rev"]} if present else {})}
    holds = sealed is not None and holds_in_map(proof, sealed["heads"])
    if not holds or (head is None and present):
        pack.find("heads/proof", MAP_PROOFS, **place)
    elif head is not None and present and proof["rev"] > head["rev"]:
        pack.find("stream/head", MAP_PROOFS, **place)
    if present and proof["count"] != proof["rev"] + 1:
        pack.find("stream/gap", MAP_PROOFS, **place)


def check_stream(pack, stream, head, events, proof, sealed):
    whole, last, last_at = is_whole(pack), -1, ""
    for event in events:
        rev, at = event["h"]["rev"], event["h"]["at"]
        if rev > head["rev"]:
            pack.find("stream/head", event["file"], **event["who"])
        if rev <= last:
            pack.find("stream/gap", event["file"], **event["who"])
        elif rev != last + 1 and (whole or (last >= 0 and must_be_dense(pack, last_at, at))):
            pack.find("stream/gap", event["file"], **{**event["who"], "rev": last + 1})
        if proof and proof["rev"] == rev and hash_of(proof["leaf"]) != event["leaf"]:
            pack.find("heads/proof", MAP_PROOFS, line=proof["at"], stream=stream, rev=rev)
        last, last_at = max(last, rev), at
    place = {"line": head["at"], "stream": stream}
    if (head["count"] != head["rev"] + 1) if whole else (head["count"] > head["rev"] + 1):
        pack.find("stream/head", HEADS, **place, rev=head["rev"])
    if len(events) != head["count"] or (whole and last != head["rev"]):
        pack.find("stream/gap", HEADS, **place, **({"rev": last + 1} if whole and last < head["rev"] else {}))
    is_younger = bool(events) and sealed is not None and events[0]["index"] >= sealed["size"]
    if sealed is not None and (not proof or proof["rev"] is None) and not is_younger:
        pack.find("heads/proof", HEADS, **place, rev=head["rev"])


def must_be_dense(pack, *moments):
    """Between two lines of one stream, unless one of them lies within two seconds of the edges of the period."""
    period = period_of(pack)
    if type(period) is not dict or scope_kind(pack) in ("professional", "events"):
        return False
    return all(millis(period["from"]) + CLOCKS_MS <= millis(at) < millis(period["until"]) - CLOCKS_MS for at in moments)


# ---- counts


def recount(pack, events):
    tables = {"byCategory": {}, "byDay": {}, "byRole": {}, "byType": {}}
    for event in events:
        line, h = event["line"], event["h"]
        pack.counts["closed"] += "closed" in line
        pack.counts["opened"] += "t" in line
        if h:
            cells = {"byCategory": category(h["stream"]), "byDay": h["at"][:10], "byRole": h["by"], "byType": line.get("t", h["type"])}
            for table, cell in cells.items():
                tables[table][cell] = tables[table].get(cell, 0) + 1
    return tables


def check_stats(pack, tables):
    stats = pack.object(STATS, "stats/count")
    if stats is None:
        return
    if not same(stats.get("events"), pack.counts["events"]):
        pack.find("stats/count", STATS, cell="events")
    small = pack.request.get("mode") == "pseudonymised"
    listed = stats.get("suppressed")
    suppressed = listed if type(listed) is list else []
    used = 0
    for table, counted in tables.items():
        told = stats.get(table) if type(stats.get(table)) is dict else {}
        for name in {**counted, **told}:
            count, hidden, figure = counted.get(name, 0), f"{table}/{name}" in suppressed, told.get(name, MISSING)
            used += hidden
            tiny = small and 1 <= count < SMALL_CELL
            good = (hidden and tiny and figure is None) if hidden or tiny else count > 0 and same(figure, count)
            if not good:
                pack.find("stats/count", STATS, cell=f"{table}/{name}")
    sound = all(type(cell) is str for cell in suppressed) and all(one < other for one, other in zip(suppressed, suppressed[1:]))
    if type(listed) is not list or not sound or used != len(suppressed):
        pack.find("stats/count", STATS, cell="suppressed")


def check_fhir(pack):
    if not pack.within("data/fhir"):
        return
    manifest_file = "data/fhir/manifest.json"
    files = [file for file in pack.within("data/fhir") if file.endswith(".ndjson")]
    manifest = pack.object(manifest_file, "fhir/count")
    output = manifest.get("output") if manifest else []
    told = {}
    for entry in output if type(output) is list else []:
        named = type(entry) is dict and type(entry.get("url")) is str
        file = f"data/fhir/{entry['url']}" if named else ""
        if file in told or file not in files:
            pack.find("fhir/count", manifest_file, cell=file)
        else:
            told[file] = entry
    for file in files:
        entry, lines = told.get(file, {}), 0
        for number, data in pack.lines(file):
            lines += 1
            resource = parse_jcs(data)
            if type(resource) is not dict:
                pack.find("event/canonical", file, line=number)
            elif "type" in entry and not same(resource.get("resourceType", MISSING), entry["type"]):
                pack.find("fhir/count", file, line=number)
        if manifest is not None and not same(entry.get("count"), lines):
            pack.find("fhir/count", file)


def check_request_counts(pack):
    told = pack.request.get("counts")
    counts, mode = pack.counts, pack.request.get("mode")
    opened = counts["keys"] if mode == "nominative" else counts["opened"]
    for cell, count in (("events", counts["events"]), ("streams", counts["streams"]), ("opened", opened)):
        if type(told) is not dict or not same(told.get(cell), count):
            pack.find("request/count", REQUEST, cell=f"counts/{cell}")
    if mode != "nominative" and counts["keys"] > 0:
        pack.find("request/count", REQUEST, cell="keys")


# --------------------------------------------------------------------------------------------------------------------- samples and reports


def draw_sample(size, k, seed, root):
    drawn, turn, fair = set(), 0, 2**64 // size * size
    while len(drawn) < min(k, size):
        text = b"mes-sample-v1\0" + root + seed.encode("utf-8") + b"\0" + turn.to_bytes(8, "big")
        value = int.from_bytes(sha256(text)[:8], "big")
        if value < fair:
            drawn.add(value % size)
        turn += 1
    return sorted(drawn)


def sample_of(pack, files, k, seed):
    """A draw among the lines that are not closed: nothing opens the others."""
    if k is None or pack.checkpoint is None:
        return None
    lines = (parse_jcs(data) for file in files for _, data in pack.lines(file))
    open_ones = [line["index"] for line in lines if type(line) is dict and is_count(line.get("index")) and "closed" not in line]
    if not open_ones:
        return None
    drawn = draw_sample(len(open_ones), k, seed, pack.checkpoint["root"])
    return {"indexes": [open_ones[place] for place in drawn], "k": k, "seed": seed, "size": len(open_ones)}


def plain_checkpoint(checkpoint, **more):
    if checkpoint is None:
        return None
    return {"origin": shown(checkpoint["origin"]), "size": checkpoint["size"], "root": to_base64(checkpoint["root"]), **more}


ORDER_OF_PLACES = (("file", ""), ("line", -1), ("index", -1), ("code", ""), ("stream", ""), ("rev", -1), ("cell", ""))


def verdict(pack):
    findings = sorted(pack.findings, key=lambda finding: [finding.get(name, least) for name, least in ORDER_OF_PLACES])
    return {"v": 1, "ok": pack.total == 0, "findings": findings, "byCode": pack.by_code, "total": pack.total}


def given(what, path, most):
    try:
        with open(path, "rb") as source:
            data = source.read(most + 1)
    except OSError as error:
        raise Unusable(what, f"{path} : illisible / cannot be read ({error})") from error
    if len(data) > most:
        raise Unusable(what, f"{path} : trop grand / too large")
    return data


def read_since(path, policy):
    opened = open_checkpoint(given("since", path, LARGEST_NOTE), policy)
    if opened["checkpoint"] is None or opened["checkpoint"]["size"] == 0:
        raise Unusable("since", f"{path} : n’est pas un point de contrôle d’un journal non vide / not a checkpoint of a log with events")
    return opened


def verify_package(folder, policy, since=None, sample=None, seed=""):
    """The report about a folder. Raises Unusable when there is nothing to check it with."""
    trusted = parse_policy(given("policy", policy, LARGEST_NOTE))
    old = None if since is None else read_since(since, trusted)
    if not os.path.isdir(folder):
        raise Unusable("folder", f"{folder} : n’est pas un dossier / not a folder")
    pack = Package(folder, trusted)
    check_bag(pack)
    check_head(pack)
    check_leaves(pack)
    check_since(pack, old, check_earlier(pack))
    read_request(pack)
    sealed = read_map(pack)
    files = numbered(pack, "data/evenements", "evenements")
    events = read_events(pack, files)
    check_events(pack, events)
    check_inclusion(pack, events)
    purged = check_purged(pack, events, check_opened(pack, events))
    check_streams(pack, events, sealed)
    check_stats(pack, recount(pack, events))
    check_fhir(pack)
    check_request_counts(pack)
    words = {name: shown(pack.request[name]) if type(pack.request.get(name)) is str else None for name in ("id", "mode")}
    return {
        **verdict(pack),
        **words,
        "kind": "package",
        "checkpoint": plain_checkpoint(pack.checkpoint, witnesses=pack.witnesses),
        "since": plain_checkpoint(old and old["checkpoint"]),
        "proven": {
            "inclusion": "leaves" if pack.leaves is not None else "proofs" if INCLUSION in pack.sizes else "none",
            "streams": "log" if is_whole(pack) and scope_kind(pack) == "all" else "whole" if is_whole(pack) else "partial",
            "heads": "none" if sealed is None else "sealed",
            "headsUpTo": None if sealed is None else sealed["size"],
            "behindHeads": None if sealed is None else sum(event["index"] >= sealed["size"] for event in events),
            "purged": purged,
        },
        "counts": pack.counts,
        "sample": sample_of(pack, files, sample, seed),
    }


def parse_receipt(data):
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n") if blank else [""]
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        return None
    if lines and lines[0].startswith("extra ") and from_base64(lines.pop(0)[6:]) is None:
        return None
    found = re.fullmatch("index (0|[1-9][0-9]{0,15})", lines.pop(0), re.A) if lines else None
    proof = proof_of(lines)
    if found is None or proof is None or int(found.group(1)) > SAFE:
        return None
    return {"index": int(found.group(1)), "proof": proof, "note": note}


def verify_receipt(proof, event, policy, archive=None):
    trusted = parse_policy(given("policy", policy, LARGEST_NOTE))
    receipt = parse_receipt(given("proof", proof, LARGEST_NOTE))
    data = given("event", event, LARGEST_JSON)
    told = parse_jcs(data[:-1] if data.endswith(b"\n") else data)
    pack = Package("", trusted)
    digest = from_base64(told.get("c"), url=True) if type(told) is dict else None
    sound = digest is not None and len(digest) == 32 and is_header(told.get("h"))
    if not sound:
        pack.find("event/canonical", "(event)")
    opened = open_checkpoint(receipt["note"] if receipt else None, trusted)
    if not opened["trusted"]:
        pack.find("note/signature", "(proof)")
    elif not opened["quorum"]:
        pack.find("note/quorum", "(proof)")
    head = opened["checkpoint"]
    where = {"stream": told["h"]["stream"], "rev": told["h"]["rev"]} if sound else {}
    if receipt is None:
        pack.find("tree/inclusion", "(proof)")
    elif sound and head is not None:
        leaf = event_leaf(jcs(told["h"]), told["c"])
        if not includes(leaf, receipt["index"], head["size"], head["root"], receipt["proof"]):
            pack.find("tree/inclusion", "(proof)", index=receipt["index"], **where)
    if sound and ("body" in told or archive is not None):
        check_receipt_body(pack, told, where, archive)
    return {
        **verdict(pack),
        "kind": "receipt",
        "index": receipt["index"] if receipt else None,
        "checkpoint": plain_checkpoint(head, witnesses=opened["witnesses"]),
    }


def check_receipt_body(pack, told, where, archive):
    body = from_base64(told.get("body"), url=True)
    if body is None or digest_text(body) != told["c"]:
        return pack.find("key/body", "(event)", **where)
    plain = open_body(body, from_base64(told.get("ke"), url=True), jcs(told["h"]))
    if type(plain) is str:
        return pack.find(plain, "(event)", **where)
    if not announces(told["h"], plain["t"], plain["tv"]):
        return pack.find("opened/mismatch", "(event)", **where)
    if archive is not None:
        named = plain["d"].get("sha256")
        named = plain["d"].get("digest") if named is None else named
        digest = archive_digest(archive)
        if named not in (digest.hex(), base64.urlsafe_b64encode(digest).decode().rstrip("=")):
            pack.find("opened/mismatch", "(archive)", **where)


def archive_digest(path):
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as source:
            while piece := source.read(1 << 18):
                digest.update(piece)
    except OSError as error:
        raise Unusable("archive", f"{path} : illisible / cannot be read ({error})") from error
    return digest.digest()


# --------------------------------------------------------------------------------------------------------------------- self-test

LEAF_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOT_JCS = ['{"a":1,"a":1}', '{"a":1.0}', '{"a":1e2}', '{"a":-0}', '{"a":9007199254740992}', '{"a":"\\ud800"}', '{"b":1,"a":1}', '{"a": 1}', "\ufeff{}", "{}\r", "NaN", ""]
FRENCH = '{"peach":"This sorting order","p\\u00e9ch\\u00e9":"is wrong according to French","p\\u00eache":"but canonicalization MUST","sin":"ignore locale"}'


def selftest():
    """Names of the checks against published values that fail."""
    leaves = [sha256(b"\0" + bytes.fromhex(text)) for text in LEAF_INPUTS]
    roots = [bytes.fromhex(text) for text in ROOTS]
    text, signatures = parse_note(NOTE.encode())
    key = parse_key(NOTE_KEY)["key"]
    # Test case 16 of the specification of GCM (McGrew and Viega): AES-256 with additional data.
    gcm_key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    gcm_text = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    )
    opened = gcm_open(
        gcm_key,
        bytes.fromhex("cafebabefacedbaddecaf888"),
        gcm_text,
        bytes.fromhex("76fc6ece0f4e1768cddf8853bb2d551b"),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    checks = {f"RFC 6962 root {size}": tree_root(leaves[:size]) == root for size, root in enumerate(roots)}
    checks |= {
        "signed note": ed25519_holds(key, text.encode(), signatures[0][2]),
        "signed note, altered": not ed25519_holds(key, text.encode() + b"\n", signatures[0][2]),
        "GCM test case 16": opened is not None and opened.hex().startswith("d9313225f88406e5a55909c5aff5269a"),
        "JCS": sha256(jcs(json.loads(FRENCH)).encode()).hex() == "d99d0ebdcb0033cb858cfa830ae46bc0fb3309413b271f1da828c89901a27ed5",
        "no leaf in an empty tree": not includes(roots[1], 0, 0, roots[0], []),
        "no leaf without bytes": not includes(b"", 0, 1, b"", []),
        "nothing follows from an empty tree": not extends_tree(0, roots[0], 1, roots[1], []),
        "inclusion": includes(leaves[1], 1, 2, roots[2], [leaves[0]]) and not includes(leaves[1], 0, 2, roots[2], [leaves[0]]),
        "consistency": extends_tree(1, roots[1], 2, roots[2], [leaves[1]]) and not extends_tree(1, leaves[1], 2, roots[2], [leaves[1]]),
    }
    checks |= {f"not JCS {text!r}": parse_jcs(text.encode()) is MISSING for text in NOT_JCS}
    return [name for name, good in checks.items() if not good]


# --------------------------------------------------------------------------------------------------------------------- the command line

VALUES = {"--policy", "--since", "--sample", "--seed", "--proof", "--event", "--archive", "--size", "--root", "-k"}
FLAGS = {"--json", "--selftest", "--help", "-h"}


def parse_arguments(argv):
    options, folders, rest = {}, [], list(argv)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in FLAGS:
            options[word] = True
        elif name in VALUES and (equals or rest):
            options[name] = value if equals else rest.pop(0)
        elif word.startswith("-"):
            raise Unusable("usage", f"{word} : option inconnue ou sans valeur / unknown option or without a value")
        else:
            folders.append(word)
    return options, folders


def whole(options, name):
    text = options.get(name, "")
    if not re.fullmatch("[1-9][0-9]{0,14}", text, re.A):
        raise Unusable("usage", f"{name} : un nombre entier positif est attendu / a positive number is needed")
    return int(text)


def needed(options, name):
    if name not in options:
        raise Unusable("usage", f"{name} manque / is missing (--help)")
    return options[name]


def sample_report(options):
    root = hash_of(needed(options, "--root"))
    if root is None:
        raise Unusable("usage", "--root : une racine en base64 est attendue / a root in base64 is needed")
    size, k, seed = whole(options, "--size"), whole(options, "-k"), needed(options, "--seed")
    if k > 1_000_000:
        raise Unusable("usage", "-k : au plus / at most 1000000")
    return {"v": 1, "kind": "sample", "ok": True, "k": k, "seed": seed, "size": size, "places": draw_sample(size, k, seed, root)}


def answer(argv):
    options, folders = parse_arguments(argv)
    if "--help" in options or "-h" in options:
        return {"v": 1, "kind": "help", "ok": True}
    if "--selftest" in options:
        failed = selftest()
        return {"v": 1, "kind": "selftest", "ok": not failed, "failed": failed}
    if folders == ["sample"]:
        return sample_report(options)
    policy = needed(options, "--policy")
    if "--proof" in options:
        return verify_receipt(options["--proof"], needed(options, "--event"), policy, options.get("--archive"))
    if len(folders) != 1:
        raise Unusable("usage", "un dossier est attendu / one folder is needed (--help)")
    k = whole(options, "--sample") if "--sample" in options else None
    if k is not None:
        needed(options, "--seed")
    return verify_package(folders[0], policy, options.get("--since"), k, options.get("--seed", ""))


def readable(report):
    if report["kind"] == "help":
        return __doc__
    if report["kind"] == "sample":
        return "\n".join(map(str, report["places"])) + "\n"
    if report["kind"] == "selftest":
        return "autocontrôle : " + ("tout concorde / everything holds" if report["ok"] else " ; ".join(report["failed"])) + "\n"
    places = ("line", "index", "stream", "rev", "cell")
    lines = [
        f"  {finding['code']}  {finding['file']}" + "".join(f", {name} {finding[name]}" for name in places if name in finding)
        for finding in report["findings"]
    ]
    if report.get("sample"):
        lines.append("à faire ouvrir / to be opened: " + " ".join(map(str, report["sample"]["indexes"])))
    if report["kind"] == "package":
        lines.append(completeness(report["proven"]))
    good = "RÉSULTAT : tout concorde / everything holds (0)"
    bad = f"RÉSULTAT : {report['total']} constats / findings (1)"
    return "\n".join([*lines, good if report["ok"] else bad]) + "\n"


def completeness(proven):
    if proven["streams"] == "log":
        return "complétude : le journal entier / the whole log"
    if proven["heads"] == "none":
        return "complétude : rien ne montre où finit chaque flux / nothing shows where streams end"
    size, behind = proven["headsUpTo"], proven["behindHeads"]
    return f"complétude : fins de flux scellées à {size} feuilles ; {behind} lignes au-delà / ends sealed at {size} leaves; {behind} lines behind"


def main(argv, out, err):
    """Runs one command line, writes texts to out and err, and gives the exit code."""
    try:
        report = answer(argv)
        out(jcs(report) + "\n" if "--json" in argv else readable(report))
        return 0 if report["ok"] else 1
    except Unusable as error:
        if "--json" in argv:
            out(jcs({"ok": False, "unusable": error.what, "v": 1}) + "\n")
        err(f"mes_verify : {error}\n")
        return 2


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stderr.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:], sys.stdout.write, sys.stderr.write))
