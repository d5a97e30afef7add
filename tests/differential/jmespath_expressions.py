"""jmespath_expressions - documents like the answers of EC2, and expressions that fit them, mostly.

A Generator makes expressions by the grammar, with names from the documents so that they find
something; a part of them is then damaged, so that every error of the lexer and the parser comes up.
"""

import json
import struct

NAMES = (
    "Images ImageId Name State Tags Key Value CreationDate BlockDeviceMappings Ebs VolumeSize DeviceName "
    "Public OwnerId Architecture Description Encrypted a b c foo bar baz nums strs mixed objs deep empty "
    "nothing"
).split()
ODD_NAMES = [
    '"foo bar"', '"a-b"', '"\\u00e9"', '"가"', '"a\\"b"', '""', '"Images"', "_x1", "é",
]
STRINGS = [
    "", "a", "b", "abc", "web-1", "available", "2024-06", "x86_64", "가나다", "日本😀", "it's", 'say "hi"',
    'a\\b', 'tab\there', '\x7f', '\u2028', "10", "Name",
]
NUMBERS = [
    "0", "1", "-1", "2", "8", "1.0", "0.1", "-0.0", "1e3", "2.5", "1e-7", "123456789", "1e16", "-3",
    "1.5e300", "0.30000000000000004",
]
NUMERIC_TEXT = [
    "12", " 12 ", "1_000", "nan", "inf", "-Infinity", "0x10", "1e5", ".5", "5.", "+7", "--1", "1__0",
    "_1", "1_", "", " ", "１２", "٣", "1e", "1 2", "-0", "007", "1_0.0_1", "1._5", '\xa05\u2003', "0b1",
    "1e400", "infinit", "+nan",
]
FUNCTIONS = (
    "abs avg ceil floor keys length max min not_null reverse sort sum to_array to_number to_string type "
    "values contains ends_with join map max_by merge min_by sort_by starts_with nofunc group_by"
).split()
PAIRS = [
    '`{"a": 1, "b": 2}`', '`{"b": 3}`', "Images[0]", "objs[0]", "@", "`{}`", '`[["k", 1]]`', "`[1]`",
    "`null`", "'ab'", '`["ab"]`', '`[["a", 1, 2]]`', '`[{"x": 1, "y": 2}]`', "`[]`", "''",
]
RAW = [
    "`foo`", "` foo `", '`foo\\nbar`', '`"a`', "`01`", "`1.`", "`-`", "`NaN`", "`[NaN, -Infinity]`",
    "`Infinity`", "`[1,]`", '`{"a":1,"a":2}`', '`\\``', "`'x'`", '`"\\ud83d\\ude00"`', '`"\\ud800"`',
    '`"\\x"`', "``", "` `", "`{a: 1}`", "`nul`", "`true `", '`[[], {}, "", null, false, 0]`', "`1e400`",
    '`\x1c foo`', "'a\\'b'", "'a\\\\'", "'\\\\n'",
]
BROKEN = [
    "[", "]", "(", ")", "{", "}", ".", ",", ":", "|", "&", "!", "=", "<", ">", "*", "@", "?", "`", "'",
    '"', '\\', "-", " ", "0", "x", "일", "#", "$", "%", "^", "~", ";", "/", "+", "[]", "[?", "||", "&&",
    "==", "!=", "<=", "[*]", ".*", "[0]", "[-1]", "[::2]", ")(", ".[", ".{", "&@", "''", "`1`",
    "[99999999999999999999]", "[::0]", "(a)(b)", '"x"(y)',
]


def image(rng, i):
    img = {
        "Architecture": rng.choice(["x86_64", "arm64"]),
        "BlockDeviceMappings": [
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"VolumeSize": rng.choice([8, 8, 20, 100]), "Encrypted": rng.random() < 0.5},
            }
            for _ in range(rng.randrange(3))
        ],
        "ImageId": f"ami-{i:017x}",
        "Name": rng.choice(["web-1", "db-3", "ウェブ-2", "가나다", "it's", 'q"q']),
        "State": rng.choice(["available", "pending", "failed"]),
        "Public": rng.random() < 0.3,
        "CreationDate": f"202{rng.randrange(3, 6)}-0{rng.randrange(1, 9)}-02T10:20:30.000Z",
    }
    if rng.random() < 0.6:
        keys = ("Name", "env")[: rng.randrange(3)]
        img["Tags"] = [{"Key": k, "Value": rng.choice(["web", "prod", ""])} for k in keys]
    if rng.random() < 0.5:
        img["Description"] = rng.choice([None, "", "first image", "日本語 éü 😀"])
    return img


def anything(rng, depth=0):
    kind = rng.randrange(10 if depth < 4 else 7)
    if kind < 3:
        return rng.choice([None, True, False, 0, 1, -1, 8, 2.5, 0.1, 1.0, -0.0, 1e100, 10**15])
    if kind < 7:
        return rng.choice(STRINGS)
    if kind < 9:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {rng.choice(NAMES): anything(rng, depth + 1) for _ in range(rng.randrange(4))}


def documents(rng):
    """The first five have the names that expressions use; the others are anything."""
    docs = [{"Images": [image(rng, i) for i in range(n)]} for n in (0, 1, 3, 6)]
    docs.append(
        {
            "Images": [image(rng, i) for i in range(4)],
            "nums": [3, 1, 2.5, 2, 1.0, -7],
            "strs": ["b", "a", "가", "😀", "\uffff", "", "ab"],
            "mixed": [1, "a", None, True, [1], {"a": 1}],
            "objs": [{"a": 1, "b": "x"}, {"a": 3, "b": "w"}, {"a": 2, "c": None}, {"a": 1, "b": "v"}],
            "deep": [[[1, 2], [3]], [[], [[4]]]],
            "empty": [],
            "nothing": None,
            "foo": {"bar": {"baz": [0, 1, 2, 3, 4]}},
            "foo bar": 1,
            "a": True,
            "b": 1,
            "c": False,
            "é": "e",
            "가": {"a": "나"},
            "": "no name",
        }
    )
    docs += [anything(rng) for _ in range(12)]
    docs += [{name: anything(rng) for name in rng.sample(NAMES, 8)} for _ in range(12)]
    return docs


# What people write, right and wrong.
WELL_KNOWN = """
Images[?State=='available'].ImageId
sort_by(Images, &CreationDate)[-1].ImageId
reverse(sort_by(Images,&CreationDate))[:1].{Id:ImageId}
Images[*].[ImageId,Name,CreationDate]
Images[].{ID:ImageId,Name:Name,D:Description}
Images[*].Tags[?Key=='Name'].Value|[0]
Images[?CreationDate>='2024-06'].[Name,ImageId]
Images[].BlockDeviceMappings[].Ebs.VolumeSize|sum(@)
length(Images[?Public])
Images[?contains(Name,'web')]
Images[?Tags[?Key=='env' && Value=='prod']].ImageId
Images[?!Description].ImageId
Images[?starts_with(Name, 'web')].Name | [0]
Images[].[ImageId, Tags[?Key=='Name'].Value | [0]]
max_by(Images, &CreationDate).ImageId
join(',', Images[].ImageId)
to_string(Images[0].Tags)
Images[0:2].ImageId
Images[?not_null(Description)]
Images[?BlockDeviceMappings[0].Ebs.VolumeSize > `8`].ImageId
map(&Name, Images)
foo[0][0:2].bar
deep[0][0:2]
(deep[0])[0]
objs[*].a | sort(@) | [0]
group_by(Images,&State)
Images @
a-b
length(Images
{}
""".split("\n")[1:-1]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.constructs = {
            self.chain: 10,
            self.index: 4,
            self.slice: 3,
            self.flatten: 4,
            self.filter: 6,
            self.values: 2,
            self.wild: 4,
            self.list: 4,
            self.hash: 4,
            self.pipe: 4,
            self.logic: 3,
            self.negation: 2,
            self.comparison: 4,
            self.function: 12,
            self.parens: 2,
            self.leaf: 2,
            self.well_known: 4,
        }

    def expression(self):
        text = self.any(self.rng.choice([1, 2, 2, 3, 3, 4]))
        if self.rng.random() < 0.15:
            text = self.damage(text)
        return text

    def damage(self, text):
        rng = self.rng
        for _ in range(rng.choice([1, 1, 1, 2, 4])):
            at = rng.randrange(len(text) + 1)
            how = rng.randrange(4)
            if how == 0:
                text = text[:at] + rng.choice(BROKEN) + text[at:]
            elif how == 1:
                text = text[:at] + text[at + 1 + rng.randrange(2) :]
            elif how == 2:
                text = text[:at]
            else:
                text = text[:at] + rng.choice(BROKEN) + text[at + 1 :]
        return text

    # Every method makes one construct; `d` is how much deeper it may go.

    def any(self, d):
        if d <= 0:
            return self.leaf()
        return self.rng.choices(list(self.constructs), self.constructs.values())[0](d)

    def some(self, d, separator, most=3):
        return separator.join(self.any(d) for _ in range(self.rng.randint(1, most)))

    def leaf(self, d=0):
        rng = self.rng
        kind = rng.randrange(20)
        if kind < 10:
            return rng.choice(NAMES)
        if kind < 12:
            return "@"
        if kind < 14:
            return self.string()
        if kind < 16:
            return "`" + self.number() + "`"
        if kind < 17:
            text = json.dumps(anything(rng, 2), ensure_ascii=rng.random() < 0.5)
            return "`" + text.replace("`", "\\`") + "`"
        if kind < 18:
            return rng.choice(RAW)
        if kind < 19:
            return rng.choice(ODD_NAMES)
        return rng.choice(["`true`", "`false`", "`null`", "`[]`", "`{}`"])

    def string(self):
        return "'" + self.rng.choice(STRINGS).replace("'", "\\'") + "'"

    def number(self):
        rng = self.rng
        kind = rng.randrange(10)
        if kind < 7:
            return rng.choice(NUMBERS)
        if kind < 8:
            return repr(2.0 ** rng.randrange(-1074, 1024))
        value = struct.unpack("d", rng.randbytes(8))[0]
        return repr(value) if abs(value) <= 1.7976931348623157e308 else "0.5"

    def numeric_text(self):
        text = self.rng.choice(NUMERIC_TEXT)
        if self.rng.random() < 0.5:
            at = self.rng.randrange(len(text) + 1)
            text = text[:at] + self.rng.choice("0159_.eE+- \u2003") + text[at:]
        return "'" + text + "'"

    def name(self):
        return self.rng.choice(NAMES if self.rng.random() < 0.95 else ODD_NAMES)

    def space(self):
        return self.rng.choice(["", "", "", " ", " ", "\n\t "])

    def infix(self, d, *signs):
        return self.any(d - 1) + self.space() + self.rng.choice(signs) + self.space() + self.any(d - 1)

    def chain(self, d):
        kind = self.rng.randrange(7)
        right = self.name()
        if kind == 0:
            right = "*"
        elif kind < 4:
            right = (self.list, self.hash, self.function)[kind - 1](d - 1)
        return self.any(d - 1) + "." + right

    def index(self, d):
        at = self.rng.choice(["0", "1", "-1", "-2", "5", "00", "-01", "9999999999"])
        return self.any(d - 1) + "[" + at + "]"

    def slice(self, d):
        bounds = ["", "", "0", "1", "2", "-1", "-2", "10", "-10", "99999999999999"]
        steps = ["", "", ":", ":1", ":2", ":-1", ":-2", ":0", ":-99999999999999"]
        start, stop = self.rng.choice(bounds), self.rng.choice(bounds)
        return self.any(d - 1) + "[" + start + ":" + stop + self.rng.choice(steps) + "]"

    def flatten(self, d):
        return self.any(d - 1) + "[]" + self.rng.choice(["", "", "." + self.name(), "[]"])

    def filter(self, d):
        rng = self.rng
        make = rng.choice([self.comparison, self.comparison, self.logic, self.negation, self.any])
        base = rng.choice(["Images", "objs", "nums", "strs", "Tags", "@", "", self.any(d - 1)])
        rest = rng.choice(["", "." + self.name(), "[]", "[0]", "[*]"])
        return base + "[?" + make(d - 1) + "]" + rest

    def values(self, d):
        return self.any(d - 1) + ".*" + self.rng.choice(["", "." + self.name(), "[0]", "[]"])

    def wild(self, d):
        rest = self.rng.choice(["", "." + self.name(), "[0]", "." + self.list(d - 1)])
        return self.any(d - 1) + "[*]" + rest

    def list(self, d):
        return "[" + self.some(d - 1, "," + self.space()) + "]"

    def hash(self, d):
        comma = self.rng.choice([", ", ",", ",", " "])
        keys = [self.name() for _ in range(self.rng.randint(1, 3))]
        return "{" + comma.join(key + ":" + self.space() + self.any(d - 1) for key in keys) + "}"

    def pipe(self, d):
        return self.infix(d, "|")

    def logic(self, d):
        return self.infix(d, "||", "&&")

    def comparison(self, d):
        return self.infix(d, "==", "==", "!=", "<", "<=", ">", ">=")

    def negation(self, d):
        return "!" + self.any(d - 1)

    def parens(self, d):
        return "(" + self.any(d - 1) + ")"

    def reference(self, d):
        return "&" + self.rng.choice([self.name(), self.name(), self.any(d - 1), "@"])

    def well_known(self, d):
        return self.rng.choice(WELL_KNOWN)

    def function(self, d):
        rng = self.rng
        name = rng.choice(FUNCTIONS)
        if rng.random() < 0.04:  # any number of any arguments
            makers = [rng.choice([self.any, self.reference]) for _ in range(rng.randrange(4))]
            return name + "(" + ",".join(make(d - 1) for make in makers) + ")"
        return name + "(" + self.arguments(name, d) + ")"

    def array(self, d):
        known = ["Images", "objs", "nums", "strs", "mixed", "deep", "`[3, 1, 2.5]`", '`["b", "a"]`']
        return self.rng.choice(known + ["Images[].Name", self.any(d - 1)])

    def text(self, d):
        known = [self.string(), self.string(), "Name", "State", "ImageId"]
        return self.rng.choice(known + [self.any(d - 1)])

    def key(self, d):
        known = ["&a", "&b", "&Name", "&CreationDate", "&to_string(@)", "&length(@)"]
        return self.rng.choice(known + [self.reference(d), self.reference(d), self.any(d - 1)])

    def summable(self, d):
        known = ["nums", "strs", "`[0.1,0.1,0.1,0.7]`", "`[1e16, 1, -1e16]`", "`[]`", "Images[].Name"]
        return self.rng.choice(known + ["Images[].BlockDeviceMappings[].Ebs.VolumeSize", self.array(d)])

    def arguments(self, name, d):
        """Such that the function may well succeed."""
        rng = self.rng
        if name == "map":
            return self.reference(d) + ", " + self.array(d)
        if name in ("sort_by", "min_by", "max_by"):
            return self.array(d) + "," + self.key(d)
        if name == "join":
            known = ["strs", "Images[].Name", "Images[*].ImageId"]
            return self.text(d) + ", " + rng.choice(known + [self.array(d)])
        if name == "contains":
            wanted = rng.choice([self.text(d), self.leaf(), "`1`", "`true`"])
            return rng.choice([self.array, self.text])(d) + ", " + wanted
        if name in ("starts_with", "ends_with"):
            return self.text(d) + "," + self.text(d)
        if name == "merge":
            return ", ".join(rng.choice(PAIRS) for _ in range(rng.randint(1, 3)))
        if name == "to_number":
            numbers = [self.numeric_text(), self.numeric_text(), "'" + self.number() + "'"]
            return rng.choice(numbers + [self.any(d - 1)])
        if name in ("abs", "ceil", "floor"):
            return rng.choice(["`" + self.number() + "`", "nums[0]", self.any(d - 1)])
        if name in ("max", "min", "sort", "sum", "avg"):
            return self.summable(d)
        if name == "not_null":
            return self.some(d - 1, ",") + rng.choice(["", "", ","])
        return rng.choice([self.any(d - 1), self.any(d - 1), self.array(d), self.text(d)])
