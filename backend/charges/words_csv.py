"""Why rows of a file were refused, in French; the importer puts it in English. Pure."""

import csv
import io
import re

REASONS = (
    (r"The row cannot be read: .*", "La ligne est illisible : un guillemet manque ou est en trop."),
    (r"The row has (\d+) cells, the header (\d+)\.", "La ligne a {} cellules, l’en-tête {}."),
    (
        r"There is a NUL byte at position (\d+); remove it\.",
        "Il y a un octet nul à la position {} ; supprimez-le.",
    ),
    (
        r"It holds (U\+[0-9A-F]+) \(.*\) at position (\d+); remove it\.",
        "La cellule contient un caractère invisible, {}, à la position {} ; supprimez-le.",
    ),
    (
        r"The letter at position (\d+) cannot be read; save as UTF-8\.",
        "La lettre à la position {} est illisible ; enregistrez le fichier en UTF-8.",
    ),
    (r"The cell has (\d+) characters\.", "La cellule a {} caractères : c’est trop."),
    (r"(\d+) characters, max (\d+)\.", "{} caractères ; au plus {}."),
    (r"(.*) is not one of (.*)\.", "{} n’est aucune des valeurs {}."),
    (r"It is empty\.", "La cellule est vide."),
    (r"(.*) is not a day such as 2026-10-09\.", "{} n’est pas un jour comme 2026-10-09."),
    (r"(\S+) is before 2000 or in the future\.", "{} est avant 2000 ou dans l’avenir."),
    (
        r"(.*) is not a plain decimal number such as 49\.99\.",
        "{} n’est pas un nombre décimal comme 49.99.",
    ),
    (r"(.*) has more than (\d+) decimals\.", "{} a plus de {} décimales."),
    (r"It is zero: leave the row out\.", "La quantité est nulle : supprimez la ligne."),
    (
        r"The line is more than (.*), the most that one may be\.",
        "La ligne dépasse {}, le plus qu’une ligne puisse valoir.",
    ),
    (
        r"(.*): letters, digits and \. _ : - only, at most 100\.",
        "{} : uniquement des lettres, des chiffres et . _ : -, au plus 100.",
    ),
    (
        r"No organisation has the reference (.*); create it first\.",
        "Aucune organisation n’a la référence {} ; créez-la d’abord.",
    ),
    (
        r"Charge (\S+) of (.*) is recorded with other facts; .*",
        "La consommation {} de {} est déjà enregistrée avec d’autres valeurs : ce qui est consommé "
        "deux fois le même jour a besoin de sa propre référence, une correction est un "
        "remboursement.",
    ),
)
"""What the importer says, and the same in French; what it names is put in."""

_FORMS = tuple((re.compile(form, re.DOTALL), french) for form, french in REASONS)


def in_french(reason: str) -> str:
    """The reason in French; as it is, where nobody has put it in French."""
    for form, french in _FORMS:
        match = form.fullmatch(reason)
        if match:
            return french.format(*match.groups())
    return reason


def rejected_in_french(content: bytes) -> bytes:
    """The list of refused rows with its reasons in French; nothing else of it is changed. A
    mark at its beginning tells spreadsheets that it is UTF-8.
    """
    text = content.decode()
    first = text.partition("\n")[0]
    delimiter = ";" if first.startswith("line;") else ","
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
        writer.writerow([*row[:2], in_french(row[2]) if number else row[2], *row[3:]])
    return out.getvalue().encode("utf-8-sig")
